/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * AVPs by tables: see avp_read.h.
 */
#include "avp_read.h"

#include <stdbool.h>
#include <string.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "message.h"
#include "tbcd.h"

/* Seconds from 1900, which Time counts from, to 1970. */
#define TIME_EPOCH 2208988800

static struct avp_hdr *header_of(struct avp *avp)
{
	struct avp_hdr *header = NULL;

	return fd_msg_avp_hdr(avp, &header) ? NULL : header;
}

const uint8_t *read_octets(size_t *len, struct avp *avp)
{
	struct avp_hdr *header = header_of(avp);

	if(!header || !header->avp_value)
		return NULL;
	*len = header->avp_value->os.len;
	return header->avp_value->os.data;
}

static bool read_text(char *out, const union avp_value *value)
{
	if(*out || value->os.len == 0 || value->os.len > DIAMETER_TEXT_MAX
			|| memchr(value->os.data, '\0', value->os.len))
		return false;
	memcpy(out, value->os.data, value->os.len);
	out[value->os.len] = '\0';
	return true;
}

static bool read_digits(char *out, const union avp_value *value)
{
	return !*out && tbcd_decode(out, value->os.data, value->os.len) == 0;
}

static bool read_time(int64_t *out, const union avp_value *value)
{
	const uint8_t *in = value->os.data;

	if(value->os.len != 4)
		return false;
	*out = ((int64_t)in[0] << 24 | in[1] << 16 | in[2] << 8 | in[3])
		   - TIME_EPOCH;
	return true;
}

static void read_field(void *into, struct avp *avp,
		const struct avp_hdr *header, const struct field *field)
{
	char *value = (char *)into + field->offset;
	bool there = false;

	switch(field->type) {
		case FIELD_GROUP:
			read_fields(into, avp, field->group);
			return;
		case FIELD_CALL:
			field->call(into, avp);
			return;
		default:
			break;
	}
	if(!header->avp_value)
		return;
	switch(field->type) {
		case FIELD_TEXT:
			there = read_text(value, header->avp_value);
			break;
		case FIELD_DIGITS:
			there = read_digits(value, header->avp_value);
			break;
		case FIELD_TIME:
			there = read_time((int64_t *)value, header->avp_value);
			break;
		default:
			*(uint32_t *)value = header->avp_value->u32;
			there = true;
	}
	if(there && field->bit)
		*(uint32_t *)((char *)into + field->has) |= field->bit;
}

static const struct field *find(
		const struct field *fields, const struct avp_hdr *header)
{
	uint32_t vendor =
			header->avp_flags & AVP_FLAG_VENDOR ? header->avp_vendor : 0;

	for(; fields->type != FIELD_END; fields++)
		if(fields->code == header->avp_code && fields->vendor == vendor)
			return fields;
	return NULL;
}

void read_fields(void *into, void *from, const struct field *fields)
{
	struct avp *avp = NULL;
	struct avp_hdr *header;
	const struct field *field;

	if(fd_msg_browse(from, MSG_BRW_FIRST_CHILD, &avp, NULL))
		return;
	while(avp) {
		header = header_of(avp);
		field = header ? find(fields, header) : NULL;
		if(field)
			read_field(into, avp, header, field);
		if(fd_msg_browse(avp, MSG_BRW_NEXT, &avp, NULL))
			return;
	}
}
