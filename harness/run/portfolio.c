/* SPDX-License-Identifier: MIT */
/* portfolio.c — see portfolio.h. */
#include "run/portfolio.h"

#define NAME_BYTES 16u
#define LEADS "default,"
#define HEARD_RUNS 16u /* of each hand, before turns are not equal any more, and that are remembered from then on */

/* The next name of the list, cut off its front; false when it is none of a strategy that works without input. */
static bool name_take(const char **list, char name[NAME_BYTES]) {
    size_t len = strcspn(*list, ",");
    if (len == 0 || len >= NAME_BYTES) return false;
    memcpy(name, *list, len);
    name[len] = '\0';
    *list += len;
    if (**list == ',' && *++*list == '\0') return false;
    const struct explore_strategy *found = explore_strategy_find(str_of(name));
    return found != NULL && !found->fed;
}

bool run_strategies_known(const char *names) {
    char name[NAME_BYTES];
    for (uint32_t count = 0; count < RUN_STRATEGIES_MAX; count++) {
        if (!name_take(&names, name)) return false;
        if (*names == '\0') return true;
    }
    return false;
}

static enum status both(struct mem *mem, struct explorer *out[2], const char *name, uint64_t seed) {
    struct explore_config how = {.strategy = name, .seed = seed, .timers = EBB_TIMERS_IDLE};
    TRY(explore_new(mem, &out[EBB_TIMERS_IDLE], &how));
    how.timers = EBB_TIMERS_ANY;
    return explore_new(mem, &out[EBB_TIMERS_ANY], &how);
}

enum status run_portfolio_init(struct run_portfolio *portfolio, struct mem *mem, const char *strategies, uint64_t seed,
                               enum run_timers timers) {
    const char *names = strategies == NULL ? LEADS "random" : strategies;
    if (!run_strategies_known(names)) return ERR_INPUT;
    bool leads = strncmp(names, LEADS, strlen(LEADS)) == 0;
    if (leads) names += strlen(LEADS);
    *portfolio = (struct run_portfolio){.lead = leads ? 2 : 0, .timers = timers};
    enum status status = portfolio->lead == 0 ? OK : both(mem, portfolio->leading, "default", seed);
    while (status == OK && *names != '\0') {
        char name[NAME_BYTES];
        bool good = name_take(&names, name);
        ASSERT(good && portfolio->count < RUN_STRATEGIES_MAX);
        status = both(mem, portfolio->at[portfolio->count++], name, seed);
    }
    if (status != OK) run_portfolio_deinit(portfolio);
    return status;
}

void run_portfolio_deinit(struct run_portfolio *portfolio) {
    for (uint32_t timers = 0; timers < 2; timers++) {
        explore_free(portfolio->leading[timers]);
        for (uint32_t i = 0; i < portfolio->count; i++) explore_free(portfolio->at[i][timers]);
    }
    *portfolio = (struct run_portfolio){0};
}

void run_portfolio_coarse(struct run_portfolio *portfolio) {
    for (uint32_t i = 0; i < portfolio->count; i++)
        for (uint32_t mode = 0; mode < 2; mode++) explore_coarse(portfolio->at[i][mode]);
}

static bool searched(const struct explorer *explorer) {
    const struct explore_search *search = explore_searching(explorer);
    if (search == NULL) return false;
    struct explore_search_state state = explore_search_state(search);
    return state.complete || state.failed;
}

/* A search that has come to its end in one timer mode goes on in the other. */
static enum ebb_timers mode_of(const struct run_portfolio *portfolio, uint32_t index) {
    if (portfolio->timers == RUN_TIMERS_ANY) return EBB_TIMERS_ANY;
    bool idle = portfolio->timers == RUN_TIMERS_IDLE || !searched(portfolio->at[index][EBB_TIMERS_IDLE]);
    return idle ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY;
}

bool run_portfolio_over(const struct run_portfolio *portfolio) {
    for (uint32_t i = 0; i < portfolio->count; i++)
        if (!searched(portfolio->at[i][mode_of(portfolio, i)])) return false;
    return true;
}

/* --- turns ---------------------------------------------------------------------------------------------------------- */
static uint32_t hands(const struct run_portfolio *portfolio) {
    return portfolio->timers == RUN_TIMERS_BOTH ? 2 * portfolio->count : portfolio->count;
}

static int32_t weight(const struct run_portfolio_hand *hand) {
    uint32_t lately = hand->fresh & ((1u << HEARD_RUNS) - 1);
    return 1 + (hand->runs < HEARD_RUNS ? (int32_t)HEARD_RUNS : __builtin_popcount(lately));
}

/* Each hand is owed its weight more with every turn; who is owed most has it, and pays what all were given. So equal
 * weights mean equal turns, in order, and others are spread out as evenly as may be. */
static uint32_t deal(struct run_portfolio *portfolio) {
    int32_t all = 0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < hands(portfolio); i++) {
        struct run_portfolio_hand *hand = &portfolio->hands[i];
        hand->ahead += weight(hand);
        all += weight(hand);
        if (hand->ahead > portfolio->hands[most].ahead) most = i;
    }
    portfolio->hands[most].ahead -= all;
    return most;
}

struct explorer *run_portfolio_turn(struct run_portfolio *portfolio, uint64_t run, enum ebb_timers *timers) {
    bool leads = run < portfolio->lead;
    if (!leads && portfolio->turn != run + 1) {
        portfolio->hand = deal(portfolio);
        portfolio->turn = run + 1;
    }
    bool early = leads ? run % 2 == 1 : portfolio->hand >= portfolio->count;
    if (portfolio->timers != RUN_TIMERS_BOTH) early = portfolio->timers == RUN_TIMERS_ANY;
    uint32_t index = leads ? 0 : portfolio->hand % portfolio->count;
    if (!leads && explore_searching(portfolio->at[index][0]) != NULL)
        early = mode_of(portfolio, index) == EBB_TIMERS_ANY;
    *timers = early ? EBB_TIMERS_ANY : EBB_TIMERS_IDLE;
    return leads ? portfolio->leading[*timers] : portfolio->at[index][*timers];
}

uint32_t run_portfolio_searches(const struct run_portfolio *portfolio) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < portfolio->count; i++) count += explore_searching(portfolio->at[i][0]) != NULL;
    return count;
}

bool run_portfolio_lone(const struct run_portfolio *portfolio) {
    return portfolio->count == 1 && portfolio->lead == 0 && run_portfolio_searches(portfolio) == 1;
}

void run_portfolio_piece(struct run_portfolio *portfolio, uint32_t number, uint32_t count) {
    ASSERT(run_portfolio_lone(portfolio));
    for (uint32_t mode = 0; mode < 2; mode++) explore_piece(portfolio->at[0][mode], number, count);
}

void run_portfolio_keep(const struct run_portfolio *portfolio, struct buf states[2]) {
    ASSERT(run_portfolio_lone(portfolio));
    for (uint32_t mode = 0; mode < 2; mode++) explore_keep(portfolio->at[0][mode], &states[mode]);
}

enum status run_portfolio_resume(struct run_portfolio *portfolio, const struct str states[2]) {
    if (!run_portfolio_lone(portfolio)) return ERR_INPUT;
    for (uint32_t mode = 0; mode < 2; mode++) TRY(explore_resume(portfolio->at[0][mode], states[mode]));
    return OK;
}

void run_portfolio_words(struct buf *out, const struct run_portfolio *portfolio) {
    for (uint32_t i = 0, told = 0; i < portfolio->count; i++)
        for (uint32_t mode = 0; mode < 2; mode++) {
            const struct explore_search *search = explore_searching(portfolio->at[i][mode]);
            if (search == NULL || explore_search_state(search).runs == 0) continue;
            if (told++ > 0) buf_put(out, STR("; "));
            explore_search_words(out, search);
        }
}

bool run_portfolio_proved(const struct run_portfolio *portfolio) {
    for (uint32_t i = 0; i < portfolio->count; i++) {
        bool all = true;
        for (uint32_t mode = 0; mode < 2; mode++) {
            const struct explore_search *search = explore_searching(portfolio->at[i][mode]);
            bool asked = portfolio->timers == RUN_TIMERS_BOTH ||
                (mode == EBB_TIMERS_ANY) == (portfolio->timers == RUN_TIMERS_ANY);
            all = all && (!asked || (search != NULL && explore_search_whole(search)));
        }
        if (all) return true;
    }
    return false;
}

void run_portfolio_ran(struct run_portfolio *portfolio, uint64_t run, bool fresh) {
    if (run >= portfolio->lead) { /* from then on each learns from its own runs */
        struct run_portfolio_hand *hand = &portfolio->hands[portfolio->hand];
        ASSERT(portfolio->turn == run + 1);
        hand->fresh = hand->fresh << 1 | (fresh ? 1 : 0);
        hand->runs++;
        return;
    }
    enum ebb_timers timers;
    uint64_t decisions = explore_decisions(run_portfolio_turn(portfolio, run, &timers));
    for (uint32_t i = 0; i < portfolio->count; i++)
        for (uint32_t mode = 0; mode < 2; mode++) explore_learn(portfolio->at[i][mode], decisions);
}
