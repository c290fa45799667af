/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as a P-Asserted-Identity value. Every URI found lies inside, can be written into a header
 * again and is itself; a number has digits only; a number that is parsed prints as one.
 */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "ims/identity.h"
#include "ims/number.h"

static void check_inside(struct span part, struct span whole)
{
	if(part.len > 0)
		assert(part.s >= whole.s && part.s + part.len <= whole.s + whole.len);
}

static void check_uri(struct span uri)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri u;
	size_t i;

	assert(identity_uri_parse(&u, uri) == 0);
	for(i = 0; i < uri.len; i++)
		assert(uri.s[i] > ' ' && uri.s[i] < 0x7f && !strchr("<>\"", uri.s[i]));
	check_inside(u.user, uri);
	check_inside(u.host, uri);
	check_inside(u.port, uri);
	check_inside(u.params, uri);
	assert(u.scheme == URI_TEL ? u.user.len > 0 : u.host.len > 0);
	if(u.scheme != URI_OTHER)
		for(i = 0; i < u.host.len; i++)
			assert(isalnum((unsigned char)u.host.s[i])
					|| strchr("-._:[]", u.host.s[i]));
	for(i = 0; i < u.port.len; i++)
		assert(isdigit((unsigned char)u.port.s[i]));
	assert(identity_same(uri, uri));
	if(identity_msisdn(digits, &u) == 0) {
		assert(strlen(digits) >= MSISDN_MIN_DIGITS);
		assert(strspn(digits, "0") < strlen(digits));
		assert(strspn(digits, "0123456789") == strlen(digits));
	} else {
		assert(digits[0] == '\0');
	}
}

static void check_number(struct span text)
{
	char user[3 * NUMBER_MAX + 2];
	struct number n;

	if(number_parse(&n, text) < 0) {
		assert(n.kind == NUMBER_NONE && n.digits[0] == '\0');
		return;
	}
	assert(strlen(n.digits) <= NUMBER_MAX);
	assert(strspn(n.digits, "0123456789*#abc") == strlen(n.digits));
	assert(number_print_user(user, sizeof(user), &n, SPAN("")) > 0);
	assert(strspn(user, "+0123456789*%abc") == strlen(user));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = {(const char *)data, size}, rest = all, uri;

	while(identity_next(&uri, &rest) == 0) {
		check_inside(uri, all);
		check_uri(uri);
	}
	assert(rest.len == 0);
	rest = all;
	while(identity_associated_next(&uri, &rest) == 0) {
		check_inside(uri, all);
		check_uri(uri);
	}
	assert(rest.len == 0);
	check_number(all);
	return 0;
}
