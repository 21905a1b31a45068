/* SPDX-License-Identifier: MIT
 * main.c — C code under test sees one header and one package. */
#include <ebb.h>
#include <stdio.h>

int main(void) {
    puts("consumer: good");
    return 0;
}
