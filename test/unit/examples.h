/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whole RP messages, at least one of each kind that matters, each checked with an independent dissector: what the RP
 * and the TP layer of each must say. Only for test_rp.c and test_tp.c.
 */
#ifndef IPSMGW_TEST_EXAMPLES_H
#define IPSMGW_TEST_EXAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "codec/rp.h"
#include "codec/tp.h"

struct example
{
	const char *name, *hex;
	/* RP */
	bool mo;
	enum rp_type type;
	uint8_t mr, cause, ud_len; /* ud_len 0: no RP-UD */
	/* TP, when there is RP-UD */
	enum tp_type tp_type;
	const char *address; /* NULL: the TPDU has none */
	uint8_t udl;
	const char *text; /* NULL: no text */
};

#define FORTY_X \
	"783C1E8FC7E3F1783C1E8FC7E3F1783C1E8FC7E3F1783C1E8FC7E3F1783C1E8FC7E3F1"

/* clang-format off */
static const struct example examples[] = {
	{"submit", "002A0007912120550501F013352A0B912120550521F30000A705C8329BFD06",
		true, RP_DATA, 42, 0, 19, TP_SUBMIT, "12025550123", 5, "Hello"},
	{"ack of a submit", "032A4109010062112290147040",
		false, RP_ACK, 42, 0, 9, TP_SUBMIT_REPORT, NULL, 0, NULL},
	{"error of a submit", "052A0126410A01C00062112290147040",
		false, RP_ERROR, 42, 38, 10, TP_SUBMIT_REPORT, NULL, 0, NULL},
	{"error without user data", "052A0115",
		false, RP_ERROR, 42, 21, 0, 0, NULL, 0, NULL},
	{"deliver", "017C07912120550501F0001E040B912120550591F90000621122901470400C31186853066D78EFF5C607",
		false, RP_DATA, 124, 0, 30, TP_DELIVER, "12025550199", 12, "10 \xE2\x82\xAC [ok]"},
	{"alphanumeric sender", "017D07912120550501F0001C040ED049B7F94D2CCFD700006211229014704009C337B90CA2DD6231",
		false, RP_DATA, 125, 0, 28, TP_DELIVER, "InfoDesk", 9, "Code 4711"},
	{"surrogate pair", "017E07912120550501F0001D040B912120550591F90008621122901470400A004800690020D83DDE00",
		false, RP_DATA, 126, 0, 29, TP_DELIVER, "12025550199", 10, "Hi \xF0\x9F\x98\x80"},
	{"part 1 of 2, 8-bit reference", "017F07912120550501F00022400B912120550591F9000062112290147040110500035A020182C16030180C068341",
		false, RP_DATA, 127, 0, 34, TP_DELIVER, "12025550199", 17, "AAAAAAAAAA"},
	{"part 2 of 2, 16-bit reference", "018007912120550501F0001E440B912120550591F90000621122901470400C06080412340202F4709A0D",
		false, RP_DATA, 128, 0, 30, TP_DELIVER, "12025550199", 12, "tail"},
	{"ack of a deliver", "027C41020000",
		true, RP_ACK, 124, 0, 2, TP_DELIVER_REPORT, NULL, 0, NULL},
	{"bare ack", "027C",
		true, RP_ACK, 124, 0, 0, 0, NULL, 0, NULL},
	{"error of a deliver", "047C0116410300D300",
		true, RP_ERROR, 124, 22, 3, TP_DELIVER_REPORT, NULL, 0, NULL},
	{"memory available", "062B",
		true, RP_SMMA, 43, 0, 0, 0, NULL, 0, NULL},
	{"status report", "018107912120550501F00019062A0B912120550521F3621122901470406211229014034000",
		false, RP_DATA, 129, 0, 25, TP_STATUS_REPORT, "12025550123", 0, NULL},
	{"command", "002C0007912120550501F00E222D00022A0B912120550521F300",
		true, RP_DATA, 44, 0, 14, TP_COMMAND, "12025550123", 0, NULL},
	{"absolute validity", "002D0007912120550501F018192E0B912120550521F30008621132210000400404140430",
		true, RP_DATA, 45, 0, 24, TP_SUBMIT, "12025550123", 4, "\xD0\x94\xD0\xB0"},
	{"Turkish single shift", "018207912120550501F0001E440B912120550591F90000621122901470400C03240101D8A437F34D7A0D",
		false, RP_DATA, 130, 0, 30, TP_DELIVER, "12025550199", 12, "\xC4\xB1\xC5\x9F\xC4\xB1k"},
	{"Turkish locking and single shift", "018307912120550501F00020440B912120550591F90000621122901470400E0625010124010187CE610D2200",
		false, RP_DATA, 131, 0, 32, TP_DELIVER, "12025550199", 14, "\xC4\xB1\xC5\x9F\xC4\xB1k \xE2\x82\xAC"},
	{"data to a port", "002F0007912120550501F01B412F0B912120550521F300040E0605040B8423F025060403AE81EA",
		true, RP_DATA, 47, 0, 27, TP_SUBMIT, "12025550123", 14, NULL},
	{"enhanced validity, no text", "00300007912120550501F011093005812143F500000310030000000000",
		true, RP_DATA, 48, 0, 17, TP_SUBMIT, "12345", 0, ""},
	{"160 characters", "018407912120550501F0009F040B912120550591F9000062112290147040A0" FORTY_X FORTY_X FORTY_X FORTY_X,
		false, RP_DATA, 132, 0, 159, TP_DELIVER, "12025550199", 160,
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
	{"dummy MSISDN", "00310007912120550501F01101310F9100000000000000F0000002E834",
		true, RP_DATA, 49, 0, 17, TP_SUBMIT, "000000000000000", 2, "hi"},
};
/* clang-format on */

#define EXAMPLES ((int)(sizeof(examples) / sizeof(examples[0])))

#endif
