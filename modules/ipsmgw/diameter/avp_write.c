/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * AVPs into messages: see avp_write.h.
 */
#include "avp_write.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "dictionary.h"
#include "tbcd.h"

/* Seconds from 1900, which Time counts from, to 1970. */
#define TIME_EPOCH 2208988800

static void fail(struct avp_writer *w, int error)
{
	if(!w->error)
		w->error = error;
}

static void write_value(struct avp_writer *w, uint32_t vendor, uint32_t code,
		union avp_value *value)
{
	struct avp *avp = NULL;
	int error;

	if(w->error)
		return;
	error = dictionary_avp_new(&avp, vendor, code);
	if(!error)
		error = fd_msg_avp_setvalue(avp, value);
	if(!error)
		error = fd_msg_avp_add(w->into, MSG_BRW_LAST_CHILD, avp);
	if(error && avp)
		fd_msg_free(avp);
	if(error)
		fail(w, error);
}

void write_octets(struct avp_writer *w, uint32_t vendor, uint32_t code,
		const void *data, size_t len)
{
	union avp_value value = {.os = {(uint8_t *)data, len}};

	write_value(w, vendor, code, &value);
}

void write_text(
		struct avp_writer *w, uint32_t vendor, uint32_t code, const char *text)
{
	if(*text)
		write_octets(w, vendor, code, text, strlen(text));
}

void write_digits(struct avp_writer *w, uint32_t vendor, uint32_t code,
		const char *digits)
{
	uint8_t tbcd[TBCD_OCTETS_MAX];
	size_t len;

	if(!*digits)
		return;
	if(tbcd_encode(tbcd, &len, digits))
		fail(w, EINVAL);
	else
		write_octets(w, vendor, code, tbcd, len);
}

void write_u32(
		struct avp_writer *w, uint32_t vendor, uint32_t code, uint32_t number)
{
	union avp_value value = {.u32 = number};

	write_value(w, vendor, code, &value);
}

void write_time(
		struct avp_writer *w, uint32_t vendor, uint32_t code, int64_t seconds)
{
	uint32_t since_1900 = htonl((uint32_t)(seconds + TIME_EPOCH));

	write_octets(w, vendor, code, &since_1900, sizeof(since_1900));
}

void write_group(struct avp_writer *group, struct avp_writer *w,
		uint32_t vendor, uint32_t code)
{
	struct avp *avp = NULL;

	group->error = w->error;
	if(!group->error)
		group->error = dictionary_avp_new(&avp, vendor, code);
	group->into = avp;
}

void write_group_end(struct avp_writer *group, struct avp_writer *w)
{
	struct avp *first = NULL;

	if(!group->error)
		group->error =
				fd_msg_browse(group->into, MSG_BRW_FIRST_CHILD, &first, NULL);
	if(!group->error && first) {
		group->error = fd_msg_avp_add(w->into, MSG_BRW_LAST_CHILD, group->into);
		if(!group->error)
			return;
	}
	if(group->into)
		fd_msg_free(group->into);
	if(group->error)
		fail(w, group->error);
}
