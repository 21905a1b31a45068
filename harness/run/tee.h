/* SPDX-License-Identifier: MIT */
/* tee.h — several observers of one world. */
#ifndef RUN_TEE_H
#define RUN_TEE_H

#include "core/world.h"

#define RUN_TEE_MAX 4u
struct run_tee { /* stays where it is while a world has it */
    struct ebb_observer observer;
    struct ebb_observer *depends, *at[RUN_TEE_MAX];
    uint32_t count;
};
/* The first that asks what depends on what is told; others that do are told who goes on and what comes of verbs, and
 * of the rest nothing. All borrowed, and NULL is nobody. */
void run_tee_init(struct run_tee *tee, struct ebb_observer *depends);
void run_tee_add(struct run_tee *tee, struct ebb_observer *other);
/* What a world is given: NULL when there is nobody, and the only one when there is one. */
struct ebb_observer *run_tee_observer(struct run_tee *tee);

#endif
