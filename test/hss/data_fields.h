/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The fields of a subscriber by name, for the file and the control channel: see data.h for what they are. Only for data.c.
 */
#ifndef HSS_DATA_FIELDS_H
#define HSS_DATA_FIELDS_H

#include "data.h"

void fields_init(struct subscriber *subscriber);
/* A line "NAME VALUE...", which is cut to pieces. 0, or -1: no such field, or too many or too long values. */
int fields_set(struct subscriber *subscriber, char *line);

#endif
