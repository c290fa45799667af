/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Answers that leave later: one thread and a list by time, so that no thread of libfdcore sleeps.
 */
#ifndef HSS_DELAY_H
#define HSS_DELAY_H

#include <stdint.h>

struct msg;

/* 0, or an errno value. */
int delay_start(void);
/* The answer is taken over and sent after so many ms. 0, or ENOMEM: it is still the caller's. */
int delay_answer(struct msg *answer, uint32_t ms);
/* What still waits is freed. */
void delay_stop(void);

#endif
