/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables behind dictionary.h: what the AVPs are, and which of them a command or a group has. Only for dictionary.c.
 */
#ifndef IPSMGW_DIAMETER_DICTIONARY_ROWS_H
#define IPSMGW_DIAMETER_DICTIONARY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum avp_kind
{
	AVP_KIND_GROUPED,
	AVP_KIND_OCTETS,
	AVP_KIND_UTF8,
	AVP_KIND_IDENTITY, /* DiameterIdentity */
	AVP_KIND_URI,	   /* DiameterURI */
	AVP_KIND_TIME,
	AVP_KIND_ENUMERATED, /* any value: what a receiver does not know is for the receiver to judge */
	AVP_KIND_UNSIGNED32,
	AVP_KIND_UNSIGNED64,
};

struct avp_row
{
	uint32_t vendor;
	uint32_t code;
	const char *name; /* unique within the vendor in all known dictionaries */
	enum avp_kind kind;
	bool mandatory; /* the M bit as we send it */
};

/* How often an AVP may stand in its parent. */
enum presence
{
	PRESENCE_END, /* ends a list */
	FIRST,		  /* <X>: once, at the head */
	ONE,		  /* {X} */
	MAYBE,		  /* [X] */
	SOME,		  /* 1*{X} */
};

struct rule_row
{
	enum presence presence;
	uint32_t vendor;
	uint32_t code;
};

struct command_row
{
	uint32_t application;
	uint32_t code;
	const char *request;
	const char *answer;
	const struct rule_row *rules; /* of the request, beside the common ones */
};

struct group_row
{
	uint32_t code; /* of vendor 10415 */
	const struct rule_row *rules;
};

struct application_row
{
	uint32_t id;
	const char *name;
};

#define AVP_ROWS 131
#define COMMAND_ROWS 9
#define APPLICATION_ROWS 3
#define GROUP_ROWS 10

extern const struct application_row application_rows[APPLICATION_ROWS];
extern const struct avp_row avp_rows[AVP_ROWS]; /* by vendor and code */
extern const struct command_row command_rows[COMMAND_ROWS];
extern const struct group_row group_rows[GROUP_ROWS];

/* What all requests have, and the little without which an answer is none. */
extern const struct rule_row request_rules[];
extern const struct rule_row answer_rules[];

#endif
