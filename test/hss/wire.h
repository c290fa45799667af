/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The TCP connections of this process beneath libfdcore, which has no way to cut one or to send octets that it would not
 * make itself. Without TLS only.
 */
#ifndef HSS_WIRE_H
#define HSS_WIRE_H

#include <stddef.h>
#include <stdint.h>

/* Cut all connections. How many there were. */
unsigned wire_cut(void);
/* Send octets on all of them. How many took them. */
unsigned wire_send(const uint8_t *octets, size_t len);

#endif
