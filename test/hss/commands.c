/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands and their counters: see commands.h.
 */
#include "commands.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "diameter/codes.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct
{
	uint32_t code;
	const char *request;
	const char *answer;
} commands[] = {
		{257, "CER", "CEA"},
		{280, "DWR", "DWA"},
		{282, "DPR", "DPA"},
		{COMMAND_USER_DATA, "UDR", "UDA"},
		{COMMAND_PROFILE_UPDATE, "PUR", "PUA"},
		{COMMAND_SUBSCRIBE_NOTIFICATIONS, "SNR", "SNA"},
		{COMMAND_PUSH_NOTIFICATION, "PNR", "PNA"},
		{COMMAND_MO_FORWARD_SHORT_MESSAGE, "OFR", "OFA"},
		{COMMAND_MT_FORWARD_SHORT_MESSAGE, "TFR", "TFA"},
		{COMMAND_SEND_ROUTING_INFO_FOR_SM, "SRR", "SRA"},
		{COMMAND_ALERT_SERVICE_CENTRE, "ALR", "ALA"},
		{COMMAND_REPORT_SM_DELIVERY_STATUS, "RDR", "RDA"},
};

/* one more for the unknown */
static atomic_ulong counts[COUNT(commands) + 1];

static size_t row_of(uint32_t code)
{
	size_t i;

	for(i = 0; i < COUNT(commands); i++)
		if(commands[i].code == code)
			break;
	return i;
}

const char *command_name(uint32_t code, bool request)
{
	size_t i = row_of(code);

	if(i == COUNT(commands))
		return "?";
	return request ? commands[i].request : commands[i].answer;
}

uint32_t command_code(const char *request)
{
	for(size_t i = 0; i < COUNT(commands); i++)
		if(strcmp(commands[i].request, request) == 0)
			return commands[i].code;
	return 0;
}

void command_count(uint32_t code)
{
	atomic_fetch_add(&counts[row_of(code)], 1);
}

void command_counts_show(FILE *out)
{
	for(size_t i = 0; i < COUNT(counts); i++) {
		unsigned long n = atomic_load(&counts[i]);

		if(n)
			fprintf(out, " %s=%lu",
					i < COUNT(commands) ? commands[i].request : "?", n);
	}
}

void command_counts_reset(void)
{
	for(size_t i = 0; i < COUNT(counts); i++)
		atomic_store(&counts[i], 0);
}
