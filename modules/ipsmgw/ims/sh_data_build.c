/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data as the IP-SM-GW sends it in PUR: see sh_data.h.
 */
#include "sh_data.h"

/* SMSRegistrationInfo has its place in the third Extension and nowhere else. Its number is between the two. */
static const char before[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		"<Sh-Data><Sh-IMS-Data><Extension><Extension><Extension>"
		"<SMSRegistrationInfo><IP-SM-GW-Number>";
static const char behind[] =
		"</IP-SM-GW-Number></SMSRegistrationInfo>"
		"</Extension></Extension></Extension></Sh-IMS-Data></Sh-Data>";

static int write_document(
		char *out, size_t cap, size_t *len, struct span number)
{
	const size_t head = sizeof(before) - 1, tail = sizeof(behind) - 1;

	*len = 0;
	if(head + number.len + tail > cap)
		return -1;
	memcpy(out, before, head);
	if(number.len > 0)
		memcpy(out + head, number.s, number.len);
	memcpy(out + head + number.len, behind, tail);
	*len = head + number.len + tail;
	return 0;
}

int sh_data_register(
		char *out, size_t cap, size_t *len, struct span ip_sm_gw_number)
{
	size_t i;

	*len = 0;
	/* an empty one would take the IP-SM-GW away */
	if(ip_sm_gw_number.len == 0 || ip_sm_gw_number.len > MSISDN_MAX_DIGITS
			|| ip_sm_gw_number.s[0] == '0')
		return -1;
	for(i = 0; i < ip_sm_gw_number.len; i++)
		if(ip_sm_gw_number.s[i] < '0' || ip_sm_gw_number.s[i] > '9')
			return -1;
	return write_document(out, cap, len, ip_sm_gw_number);
}

int sh_data_deregister(char *out, size_t cap, size_t *len)
{
	return write_document(out, cap, len, (struct span){"", 0});
}
