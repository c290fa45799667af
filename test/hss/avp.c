/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Building and reading AVPs: see avp.h.
 */
#include "avp.h"

#include "diameter/dictionary.h"

static int add(msg_or_avp *parent, uint32_t vendor, uint32_t code,
		union avp_value *value)
{
	struct avp *avp = NULL;
	int error = dictionary_avp_new(&avp, vendor, code);

	if(error)
		return error;
	error = fd_msg_avp_setvalue(avp, value);
	if(!error)
		error = fd_msg_avp_add(parent, MSG_BRW_LAST_CHILD, avp);
	if(error)
		fd_msg_free(avp);
	return error;
}

int avp_add_u32(
		msg_or_avp *parent, uint32_t vendor, uint32_t code, uint32_t value)
{
	union avp_value v = {.u32 = value};

	return add(parent, vendor, code, &v);
}

int avp_add_octets(msg_or_avp *parent, uint32_t vendor, uint32_t code,
		const void *octets, size_t len)
{
	union avp_value v = {.os = {(uint8_t *)octets, len}};

	return add(parent, vendor, code, &v);
}

int avp_add_text(
		msg_or_avp *parent, uint32_t vendor, uint32_t code, const char *text)
{
	return avp_add_octets(parent, vendor, code, text, strlen(text));
}

int avp_add_number(
		msg_or_avp *parent, uint32_t vendor, uint32_t code, const char *digits)
{
	uint8_t octets[DIGITS_MAX];
	size_t len = tbcd_encode(octets, digits);

	return len ? avp_add_octets(parent, vendor, code, octets, len) : EINVAL;
}

int avp_add_group(
		struct avp **out, msg_or_avp *parent, uint32_t vendor, uint32_t code)
{
	int error = dictionary_avp_new(out, vendor, code);

	if(error)
		return error;
	error = fd_msg_avp_add(parent, MSG_BRW_LAST_CHILD, *out);
	if(error)
		fd_msg_free(*out);
	return error;
}

static struct avp *matching(struct avp *avp, uint32_t vendor, uint32_t code)
{
	while(avp) {
		struct avp_hdr *header;

		if(fd_msg_avp_hdr(avp, &header))
			return NULL;
		if(header->avp_code == code && header->avp_vendor == vendor)
			return avp;
		if(fd_msg_browse(avp, MSG_BRW_NEXT, &avp, NULL))
			return NULL;
	}
	return NULL;
}

struct avp *avp_first(msg_or_avp *parent, uint32_t vendor, uint32_t code)
{
	struct avp *avp = NULL;

	if(fd_msg_browse(parent, MSG_BRW_FIRST_CHILD, &avp, NULL))
		return NULL;
	return matching(avp, vendor, code);
}

struct avp *avp_next(struct avp *avp, uint32_t vendor, uint32_t code)
{
	if(fd_msg_browse(avp, MSG_BRW_NEXT, &avp, NULL))
		return NULL;
	return matching(avp, vendor, code);
}

const union avp_value *avp_value_of(struct avp *avp)
{
	struct avp_hdr *header;

	return avp && fd_msg_avp_hdr(avp, &header) == 0 ? header->avp_value : NULL;
}

const union avp_value *avp_value(
		msg_or_avp *parent, uint32_t vendor, uint32_t code)
{
	return avp_value_of(avp_first(parent, vendor, code));
}

bool avp_text(char *out, size_t cap, msg_or_avp *parent, uint32_t vendor,
		uint32_t code)
{
	const union avp_value *value = avp_value(parent, vendor, code);

	if(!value || value->os.len >= cap
			|| memchr(value->os.data, '\0', value->os.len))
		return false;
	memcpy(out, value->os.data, value->os.len);
	out[value->os.len] = '\0';
	return true;
}

bool avp_number(char out[DIGITS_MAX], msg_or_avp *parent, uint32_t vendor,
		uint32_t code)
{
	const union avp_value *value = avp_value(parent, vendor, code);
	size_t n = 0, i;

	if(!value || value->os.len == 0 || 2 * value->os.len >= DIGITS_MAX)
		return false;
	for(i = 0; i < 2 * value->os.len; i++) {
		unsigned nibble = value->os.data[i / 2] >> (i % 2 ? 4 : 0) & 0xF;

		if(nibble == 0xF && i + 1 == 2 * value->os.len)
			break;
		if(nibble > 9)
			return false;
		out[n++] = (char)('0' + nibble);
	}
	out[n] = '\0';
	return n > 0;
}

size_t tbcd_encode(uint8_t out[DIGITS_MAX], const char *digits)
{
	size_t n = strlen(digits), i;

	if(n >= DIGITS_MAX || strspn(digits, "0123456789") != n)
		return 0;
	for(i = 0; i < n; i += 2) {
		unsigned high = i + 1 < n ? (unsigned)(digits[i + 1] - '0') : 0xF;

		out[i / 2] = (uint8_t)(high << 4 | (unsigned)(digits[i] - '0'));
	}
	return (n + 1) / 2;
}
