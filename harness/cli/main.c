/* SPDX-License-Identifier: MIT */
/* main.c — finds the command and hands over. */
#include <stdio.h>
#include <unistd.h>

#include "cli/another.h"
#include "cli/command.h"
#include "scenario/load.h"

#define COMMAND(name) extern const struct command cli_##name##_command;
#include "cli/commands.def"
#undef COMMAND

const struct command *const cli_commands[] = {
#define COMMAND(name) &cli_##name##_command,
#include "cli/commands.def"
#undef COMMAND
    NULL,
};

const struct command *cli_command_find(struct str name) {
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        if (str_equal(name, str_of(cli_commands[i]->name))) return cli_commands[i];
    return NULL;
}

static const struct command *running;

const struct command *cli_command_running(void) { return running; }

const char *cli_command_nearest(struct str name) {
    const char *names[] = {
#define COMMAND(name) #name,
#include "cli/commands.def"
#undef COMMAND
    };
    return scenario_nearest(name, names, BASE_COUNT(names));
}

static int start(const struct command *command, int count, char **words) {
    running = command;
    cli_leak_net_start();
    return command->run(count, words);
}

static void help(FILE *to) {
    (void)fputs("ebb judges leaks: it runs scenarios on a deterministic world and says what was left behind.\n\n"
                "  ebb run scenarios                     judge every scenario below a folder\n"
                "  ebb run --variant leaking FILE        one variant of one\n"
                "  ebb run --json scenarios              the same for programs\n"
                "  ebb replay TOKEN                      the run a report names, bit for bit\n\n",
                to);
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        (void)fprintf(to, "  ebb %-8s %-24s %s\n", cli_commands[i]->name, cli_commands[i]->arguments,
                      cli_commands[i]->about);
    (void)fputs("\n`ebb COMMAND --help` shows examples and flags. Exit: 0 as expected, 1 not as expected, 2 bad usage "
                "or scenario,\n"
                "3 could not finish, 4 not deterministic, 77 skipped.\n",
                to);
}

int main(int count, char **words) {
    if (count < 2) {
        help(stderr);
        return EXIT_BAD_INPUT;
    }
    struct str word = str_of(words[1]);
    const struct command *asked = count > 2 && str_equal(word, STR("help")) ? cli_command_find(str_of(words[2])) : NULL;
    if (asked != NULL) {
        char flag[] = "--help", *flags[] = {flag};
        return start(asked, 1, flags);
    }
    if (str_equal(word, STR("-h")) || str_equal(word, STR("--help")) || str_equal(word, STR("help"))) {
        help(stdout);
        return EXIT_AS_EXPECTED;
    }
    if (str_equal(word, STR("--version"))) {
        (void)puts("ebb " CLI_VERSION);
        return EXIT_AS_EXPECTED;
    }
    if (str_equal(word, STR(CLI_LEAK_NET_WORD))) cli_leak_net_ask();
    if (str_equal(word, STR(CLI_ANOTHER_WORD))) _exit(cli_another_answer()); /* LeakSanitizer has nothing to add */
    const struct command *command = cli_command_find(word);
    if (command != NULL) return start(command, count - 2, words + 2);
    const char *near = cli_command_nearest(word);
    (void)fprintf(stderr, "ebb: there is no command \"%s\"; ", words[1]);
    if (near != NULL)
        (void)fprintf(stderr, "did you mean \"%s\"?\n", near);
    else
        (void)fputs("`ebb --help` lists them\n", stderr);
    return EXIT_BAD_INPUT;
}
