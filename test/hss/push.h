/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests that the HSS of the tests sends by itself: Push-Notification-Request (TS 29.328 6.1.4).
 */
#ifndef HSS_PUSH_H
#define HSS_PUSH_H

#include <stdbool.h>
#include <stdint.h>

/* Notify all that subscribed to this Data-Reference of the subscriber; subscriptions for once are gone then. An answer
 * USER_UNKNOWN takes all subscriptions of that host. How many were sent; -1: no such subscriber. */
int push_subscribed(const char *identity, uint32_t reference);

/* Notify a host whether it subscribed or not. with_nul: the Session-Id has a NUL inside, and it goes to all connections, past libfdcore.
 * 1, 0: could not be sent, -1: no such subscriber. */
int push_to(const char *identity, uint32_t reference, const char *host,
		const char *realm, bool with_nul);

#endif
