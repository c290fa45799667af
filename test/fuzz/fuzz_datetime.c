/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as an RFC 3339 date. What is taken can be written, and is then the same instant.
 */
#include <assert.h>
#include <stdint.h>

#include "ims/datetime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[DATETIME_MAX];
	int64_t first, second;
	size_t len;

	if(datetime_parse(&first, (struct span){(const char *)data, size}) < 0)
		return 0;
	len = datetime_print(text, first);
	/* a zone may carry it into another century */
	if(len == 0)
		return 0;
	assert(datetime_parse(&second, (struct span){text, len}) == 0);
	assert(second == first);
	return 0;
}
