/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Diameter octets as JSON: see log_json.h. RFC 6733 3 (header) and 4.1 (AVP).
 */
#include "log_json.h"

#include <stdarg.h>

#include "avp.h"
#include "commands.h"
#include "diameter/dictionary.h"

#define HEADER_LEN 20
#define DEPTH_MAX 8
#define GROW 1024

static int reserve(struct text *out, size_t more)
{
	size_t size = out->len + more + GROW;
	char *data;

	if(out->len + more <= out->size)
		return 0;
	data = realloc(out->data, size);
	if(!data)
		return -1;
	out->data = data;
	out->size = size;
	return 0;
}

void text_add(struct text *out, const char *format, ...)
{
	char piece[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	if(len < 0 || (size_t)len >= sizeof(piece) || reserve(out, (size_t)len))
		return;
	memcpy(out->data + out->len, piece, (size_t)len);
	out->len += (size_t)len;
}

void text_add_string(struct text *out, const char *octets, size_t len)
{
	for(size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)octets[i];

		if(c < 0x20 || c >= 0x7F || c == '"' || c == '\\')
			text_add(out, "\\u%04x", c);
		else if(reserve(out, 1) == 0)
			out->data[out->len++] = (char)c;
	}
}

static void add_hex(struct text *out, const uint8_t *octets, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	if(reserve(out, 2 * len))
		return;
	for(size_t i = 0; i < len; i++) {
		out->data[out->len++] = digits[octets[i] >> 4];
		out->data[out->len++] = digits[octets[i] & 0xF];
	}
}

static uint32_t get24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | get24(p + 1);
}

struct raw_avp
{
	uint32_t code, vendor;
	uint8_t flags;
	const uint8_t *data;
	size_t len;
	size_t padded; /* with the header */
};

/* 0, or -1: no whole AVP. */
static int read_avp(struct raw_avp *out, const uint8_t *octets, size_t len)
{
	size_t header, total;

	if(len < 8)
		return -1;
	out->code = get32(octets);
	out->flags = octets[4];
	header = out->flags & AVP_FLAG_VENDOR ? 12 : 8;
	total = get24(octets + 5);
	if(total < header || total > len)
		return -1;
	out->vendor = header == 12 ? get32(octets + 8) : 0;
	out->data = octets + header;
	out->len = total - header;
	out->padded = (total + 3) & ~(size_t)3;
	if(out->padded > len)
		out->padded = len;
	return 0;
}

static bool is_chain(const uint8_t *octets, size_t len)
{
	struct raw_avp avp;

	for(; len > 0; octets += avp.padded, len -= avp.padded)
		if(read_avp(&avp, octets, len))
			return false;
	return true;
}

static bool is_group(const struct raw_avp *avp)
{
	struct dict_object *object = dictionary_avp(avp->vendor, avp->code);
	struct dict_avp_data data;

	return object && fd_dict_getval(object, &data) == 0
		   && data.avp_basetype == AVP_TYPE_GROUPED
		   && is_chain(avp->data, avp->len);
}

static void json_avps(
		struct text *out, const uint8_t *octets, size_t len, int depth)
{
	const char *separator = "";
	struct raw_avp avp;

	text_add(out, "\"avps\": [");
	for(; len > 0 && read_avp(&avp, octets, len) == 0;
			octets += avp.padded, len -= avp.padded) {
		text_add(out, "%s{\"code\": %u, \"vendor\": %u, \"flags\": %u, ",
				separator, avp.code, avp.vendor, avp.flags);
		separator = ", ";
		if(depth < DEPTH_MAX && is_group(&avp)) {
			json_avps(out, avp.data, avp.len, depth + 1);
		} else {
			text_add(out, "\"hex\": \"");
			add_hex(out, avp.data, avp.len);
			text_add(out, "\"");
		}
		text_add(out, "}");
	}
	text_add(out, "]");
}

static void json_session(struct text *out, const uint8_t *octets, size_t len)
{
	struct raw_avp avp;

	text_add(out, "\"session\": \"");
	for(; len > 0 && read_avp(&avp, octets, len) == 0;
			octets += avp.padded, len -= avp.padded)
		if(avp.code == AVP_SESSION_ID && avp.vendor == VENDOR_IETF) {
			text_add_string(out, (const char *)avp.data, avp.len);
			break;
		}
	text_add(out, "\", ");
}

void json_message(
		struct text *out, const uint8_t *octets, size_t len, const char *peer)
{
	bool request;

	text_add(out, "\"peer\": \"");
	text_add_string(out, peer, strlen(peer));
	text_add(out, "\", ");
	if(len < HEADER_LEN || !is_chain(octets + HEADER_LEN, len - HEADER_LEN)) {
		text_add(out, "\"hex\": \"");
		add_hex(out, octets, len);
		text_add(out, "\"");
		return;
	}
	request = octets[4] & CMD_FLAG_REQUEST;
	text_add(out,
			"\"command\": \"%s\", \"request\": %s, \"code\": %u, \"app\": %u, "
			"\"flags\": %u, \"hbh\": %u, \"ete\": %u, ",
			command_name(get24(octets + 5), request),
			request ? "true" : "false", get24(octets + 5), get32(octets + 8),
			octets[4], get32(octets + 12), get32(octets + 16));
	json_session(out, octets + HEADER_LEN, len - HEADER_LEN);
	json_avps(out, octets + HEADER_LEN, len - HEADER_LEN, 0);
}
