/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The commands that the HSS of the tests sees, by abbreviation, and how many requests of each came.
 */
#ifndef HSS_COMMANDS_H
#define HSS_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* "UDR", or with request false "UDA"; "?" for what we do not know. */
const char *command_name(uint32_t code, bool request);
/* The code of a request's abbreviation; 0: unknown. */
uint32_t command_code(const char *request);

/* A request came. */
void command_count(uint32_t code);
/* " UDR=3 PUR=1": all that are not 0, and unknown ones as "?". */
void command_counts_show(FILE *out);
void command_counts_reset(void);

#endif
