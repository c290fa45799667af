/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The values in Sh-Data: see sh_data_value.h.
 */
#include "sh_data_value.h"

#include "../codec/address.h"
#include "header.h"
#include "mime.h"

/* Shortest numbers that are taken because they are named so. */
#define MSISDN_NAMED_MIN 3
#define IMSI_NAMED_MIN 6

/* Octets in base64: an address string, or the number's characters, which are more. */
#define ADDRESS_MAX (SH_NUMBER_MAX_DIGITS + 1)

static enum sh_taken keep(
		struct span *out, struct sh_reader *r, struct span value)
{
	char *at = r->text + r->len;

	if(value.len > r->cap - r->len)
		return SH_NO_ROOM;
	memcpy(at, value.s, value.len);
	r->len += value.len;
	*out = (struct span){at, value.len};
	return SH_TAKEN;
}

/* To the end of a list, but not twice. */
static enum sh_taken append(struct span *list, size_t *len, size_t max,
		struct sh_reader *r, struct span value)
{
	enum sh_taken taken;
	size_t i;

	for(i = 0; i < *len; i++)
		if(list[i].len == value.len
				&& memcmp(list[i].s, value.s, value.len) == 0)
			return SH_TAKEN;
	if(*len == max)
		return SH_NO_ROOM;
	taken = keep(&list[*len], r, value);
	if(taken == SH_TAKEN)
		++*len;
	return taken;
}

/* Digits, NUL-terminated; "+" is taken off. 0, or -1 and out is left alone: too few or too many, other characters, or
 * zeros alone. */
static int digits(char *out, size_t min, size_t max, struct span value)
{
	size_t i, zeros = 0;

	if(value.len > 0 && value.s[0] == '+')
		value = span_skip(value, 1);
	if(value.len < min || value.len > max)
		return -1;
	for(i = 0; i < value.len; i++) {
		if(value.s[i] < '0' || value.s[i] > '9')
			return -1;
		zeros += value.s[i] == '0';
	}
	if(zeros == value.len)
		return -1;
	memcpy(out, value.s, value.len);
	out[value.len] = '\0';
	return 0;
}

enum sh_taken sh_take_printable(
		struct sh_reader *r, void *member, struct span value)
{
	struct span *out = member;

	if(!identity_printable(value))
		return SH_UNREADABLE;
	return out->len > 0 ? SH_TAKEN : keep(out, r, value);
}

enum sh_taken sh_take_sip_uri(
		struct sh_reader *r, void *member, struct span value)
{
	struct identity_uri uri;

	if(identity_uri_parse(&uri, value) < 0
			|| (uri.scheme != URI_SIP && uri.scheme != URI_SIPS))
		return SH_UNREADABLE;
	return sh_take_printable(r, member, value);
}

enum sh_taken sh_take_number(
		struct sh_reader *r, void *member, struct span value)
{
	char number[SH_NUMBER_MAX_DIGITS + 1] = "", *out = member;

	(void)r;
	if(digits(number, 1, SH_NUMBER_MAX_DIGITS, value) < 0)
		return SH_UNREADABLE;
	if(!out[0])
		memcpy(out, number, sizeof(number));
	return SH_TAKEN;
}

enum sh_taken sh_take_address(
		struct sh_reader *r, void *member, struct span value)
{
	uint8_t octets[1 + ADDRESS_MAX];
	struct sms_address address;
	struct sms_error error;
	size_t len, used;

	if(sh_take_number(r, member, value) == SH_TAKEN)
		return SH_TAKEN;
	if(mime_decode((char *)octets + 1, ADDRESS_MAX, &len, value, MIME_BASE64)
			< 0)
		return SH_UNREADABLE;
	/* bit 8 of a type octet is set, that of a digit is not */
	if(len == 0 || !(octets[1] & 0x80))
		return sh_take_number(
				r, member, (struct span){(char *)octets + 1, len});
	octets[0] = (uint8_t)len;
	if(rp_address_decode(&address, &used, &error, octets, 1 + len) < 0)
		return SH_UNREADABLE;
	return sh_take_number(
			r, member, (struct span){address.value, address.value_len});
}

/* A number up to max; an int is SH_NOT_STATED before. */
static enum sh_taken enumerated(int *out, uint64_t max, struct span value)
{
	uint64_t n;

	if(header_number(&n, value, UINT32_MAX) < 0 || n > max)
		return SH_UNREADABLE;
	if(*out == SH_NOT_STATED)
		*out = (int)n;
	return SH_TAKEN;
}

enum sh_taken sh_take_user_state(
		struct sh_reader *r, void *member, struct span value)
{
	(void)r;
	return enumerated(member, SH_AUTHENTICATION_PENDING, value);
}

enum sh_taken sh_take_voice_over_ps(
		struct sh_reader *r, void *member, struct span value)
{
	(void)r;
	return enumerated(member, SH_VOICE_UNKNOWN, value);
}

enum sh_taken sh_take_rat_type(
		struct sh_reader *r, void *member, struct span value)
{
	(void)r;
	return enumerated(member, INT32_MAX, value);
}

enum sh_taken sh_take_reachable(
		struct sh_reader *r, void *member, struct span value)
{
	int reachable = SH_NOT_STATED;
	enum sh_taken taken = enumerated(&reachable, 0, value);

	(void)r;
	if(taken == SH_TAKEN)
		*(bool *)member = true;
	return taken;
}

enum sh_taken sh_take_impu(struct sh_reader *r, void *member, struct span value)
{
	struct identity_uri uri;

	if(identity_uri_parse(&uri, value) < 0)
		return SH_UNREADABLE;
	return append(member, &r->out->impus_len, SH_DATA_IMPUS, r, value);
}

enum sh_taken sh_take_impi(struct sh_reader *r, void *member, struct span value)
{
	if(!identity_printable(value))
		return SH_UNREADABLE;
	return append(member, &r->out->impis_len, SH_DATA_IMPIS, r, value);
}

enum sh_taken sh_take_imsi(struct sh_reader *r, void *member, struct span value)
{
	char imsi[IMSI_MAX_DIGITS + 1] = "", *out = member;

	(void)r;
	if(digits(imsi, IMSI_NAMED_MIN, IMSI_MAX_DIGITS, value) < 0)
		return SH_UNREADABLE;
	if(!out[0])
		memcpy(out, imsi, sizeof(imsi));
	return SH_TAKEN;
}

enum sh_taken sh_take_msisdn(
		struct sh_reader *r, void *member, struct span value)
{
	char msisdn[MSISDN_MAX_DIGITS + 1] = "";
	struct sh_data *out = r->out;
	size_t i;

	(void)member;
	if(digits(msisdn, MSISDN_NAMED_MIN, MSISDN_MAX_DIGITS, value) < 0)
		return SH_UNREADABLE;
	for(i = 0; i < out->msisdns_len; i++)
		if(strcmp(out->msisdns[i], msisdn) == 0)
			return SH_TAKEN;
	if(out->msisdns_len == SH_DATA_MSISDNS)
		return SH_NO_ROOM;
	memcpy(out->msisdns[out->msisdns_len++], msisdn, sizeof(msisdn));
	return SH_TAKEN;
}
