/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TBCD: see tbcd.h.
 */
#include "tbcd.h"

#include <string.h>

#define FILLER 0xf

int tbcd_encode(uint8_t out[TBCD_OCTETS_MAX], size_t *len, const char *digits)
{
	size_t count = strlen(digits);

	if(count == 0 || count > DIAMETER_DIGITS_MAX
			|| strspn(digits, "0123456789") != count)
		return -1;
	*len = (count + 1) / 2;
	for(size_t i = 0; i < *len; i++) {
		unsigned low = (unsigned)(digits[2 * i] - '0');
		unsigned high = 2 * i + 1 < count ? (unsigned)(digits[2 * i + 1] - '0')
										  : FILLER;

		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

int tbcd_decode(diameter_digits out, const uint8_t *in, size_t len)
{
	size_t count = 0;

	for(size_t i = 0; i < 2 * len; i++) {
		unsigned digit = i % 2 ? in[i / 2] >> 4 : in[i / 2] & 0xf;

		if(digit == FILLER && i == 2 * len - 1)
			break;
		if(digit > 9 || count == DIAMETER_DIGITS_MAX)
			goto error;
		out[count++] = (char)('0' + digit);
	}
	if(count == 0)
		goto error;
	out[count] = '\0';
	return 0;
error:
	out[0] = '\0';
	return -1;
}
