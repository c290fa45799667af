/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The requests and answers of message.h as messages of libfdcore, and back: what all commands have in common, and a table of
 * who does the rest. For the node's files.
 */
#ifndef IPSMGW_DIAMETER_COMMAND_H
#define IPSMGW_DIAMETER_COMMAND_H

#include <stdbool.h>

#include "slots.h"

struct msg;

/* The request in the slot as a new message, which is the caller's, with a Session-Id never used before. realm: where the request
 * names none; any_host: without its Destination-Host. 0; EINVAL: not enough in it for its command, or a number that is none; else
 * errno. */
int command_build(struct msg **out, const struct slot *slot, const char *realm,
		bool any_host);

/* An answer into slot->answer (what was there is forgotten), and its User-Data or nodes into the slot. Its outcome is
 * DIAMETER_ANSWERED, or DIAMETER_MALFORMED when it has no result. The message stays the caller's. */
void command_read_answer(struct slot *slot, struct msg *answer);

/* Only Result-Code or Experimental-Result; vendor is 0 with the former. false: it has neither. */
bool command_read_result(
		uint32_t *result, uint32_t *vendor, struct msg *answer);

/* A request to us into slot->request, and its User-Data into the slot. 0; the Result-Code to refuse it with: vendor 10415 when
 * *vendor is set. */
uint32_t command_read_request(
		uint32_t *vendor, struct slot *slot, struct msg *request);

/* Make the request its answer: result, vendor, and what the command's answer has. 0, else errno, with the message as it was or
 * as an unfinished answer. */
int command_build_reply(struct msg **message, enum diameter_operation operation,
		const struct diameter_answer *answer);

/* Commands we serve, by number from 0: code and application, false: there is none of that number. */
bool command_served(uint32_t *code, uint32_t *application, unsigned number);

#endif
