/* SPDX-License-Identifier: MIT */
/* linked_list.h — an intrusive doubly linked list, circular, with its head as the sentinel. */
#ifndef BASE_LINKED_LIST_H
#define BASE_LINKED_LIST_H

#include "base/base.h"

struct list {
    struct list *prev, *next;
};

static inline void list_init(struct list *head) { head->prev = head->next = head; }
static inline bool list_empty(const struct list *head) { return head->next == head; }
static inline bool list_linked(const struct list *node) { return node->next != NULL; }

static inline void list_push(struct list *head, struct list *node) { /* at the tail */
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void list_remove(struct list *node) {
    node->prev->next = node->next;
    node->next->prev = node->prev;
    node->prev = node->next = NULL;
}

static inline struct list *list_first(const struct list *head) { return head->next == head ? NULL : head->next; }
static inline struct list *list_last(const struct list *head) { return head->prev == head ? NULL : head->prev; }

/* Safe against removal of `node` itself inside the body. */
#define LIST_EACH(node, head)                                                         \
    for (struct list *node = (head)->next, *node##_next = node->next; node != (head); \
         node = node##_next, node##_next = node->next)

#endif
