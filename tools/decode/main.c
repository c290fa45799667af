/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ipsmgw-decode: the codec on the command line. Reads RP messages or TPDUs as hex, from the arguments or a line each
 * from standard input, and prints one JSON object a line, or with --text lines for people. Links codec/ and nothing
 * else.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

#define MAX_OCTETS 65535 /* more than a datagram can carry */

enum
{
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
};

struct options
{
	enum direction direction;
	int tpdu, rp_error, smsc, text;
};

static const char usage_text[] =
		"usage: ipsmgw-decode [--mo|--mt] [--tpdu [--rp-error]] [--text] "
		"[HEX...]\n"
		"\n"
		"Decodes application/vnd.3gpp.sms bodies (RP messages), one JSON "
		"object "
		"a line.\n"
		"Without HEX: reads lines of hex from standard input.\n"
		"\n"
		"  --mo, --mt   direction; without it a body's own RP-MTI tells, a "
		"TPDU "
		"is MO\n"
		"  --tpdu       HEX is a TPDU without the RP layer\n"
		"  --rp-error   ... which came in an RP-ERROR: a report has TP-FCS\n"
		"  --smsc       ... with the SMSC address in front, as modems give it\n"
		"  --text       indented lines for people instead of JSON\n"
		"\n"
		"Exit: 0 all decoded, 1 something was refused, 2 usage.\n";

static int hex_value(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	if(c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if(c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Hex, blanks between digits allowed. 0, or -1 with *err: offset counts characters. */
static int read_hex(uint8_t *out, size_t *len, struct sms_error *err,
		const char *text, size_t text_len)
{
	size_t digits = 0;

	for(size_t i = 0; i < text_len; i++) {
		int value = hex_value(text[i]);

		if(is_blank(text[i]))
			continue;
		if(value < 0)
			return sms_refuse(err, 0, 0, i, "hex", "no hex digit");
		if(digits == 2 * MAX_OCTETS)
			return sms_refuse(err, 0, 0, i, "hex", "too long");
		if(digits % 2 == 0)
			out[digits / 2] = (uint8_t)(value << 4);
		else
			out[digits / 2] |= (uint8_t)value;
		digits++;
	}
	if(digits % 2)
		return sms_refuse(err, 0, 0, text_len, "hex", "half an octet");
	*len = digits / 2;
	return 0;
}

static int show_line(
		const struct options *opt, const char *text, size_t text_len)
{
	static uint8_t octets[MAX_OCTETS];
	struct writer w = {.out = stdout, .text = opt->text};
	struct sms_error err;
	size_t len = 0;
	int failed;

	if(read_hex(octets, &len, &err, text, text_len)) {
		write_object(&w, NULL);
		show_error(&w, &err);
		write_end_object(&w);
		failed = -1;
	} else if(opt->tpdu) {
		failed = show_bare_tpdu(&w, opt->direction != DIRECTION_MT,
				opt->rp_error, opt->smsc, octets, len);
	} else {
		failed = show_rp(&w, opt->direction, octets, len);
	}
	fflush(stdout);
	return failed;
}

static int show_input(const struct options *opt)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int failed = 0;

	while((len = getline(&line, &size, stdin)) >= 0) {
		if(strspn(line, " \t\r\n") == (size_t)len)
			continue;
		if(show_line(opt, line, (size_t)len))
			failed = -1;
	}
	free(line);
	return failed;
}

static int read_options(struct options *opt, int argc, char **argv)
{
	int mo = 0, mt = 0, help = 0;
	const struct option known[] = {
			{"mo", no_argument, &mo, 1},
			{"mt", no_argument, &mt, 1},
			{"tpdu", no_argument, &opt->tpdu, 1},
			{"rp-error", no_argument, &opt->rp_error, 1},
			{"smsc", no_argument, &opt->smsc, 1},
			{"text", no_argument, &opt->text, 1},
			{"help", no_argument, &help, 1},
			{NULL, 0, NULL, 0},
	};
	int c;

	while((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		if(c != 0)
			return -1;
	if(help) {
		fputs(usage_text, stdout);
		exit(EXIT_SUCCESS);
	}
	if((mo && mt) || ((opt->rp_error || opt->smsc) && !opt->tpdu))
		return -1;
	opt->direction = mo ? DIRECTION_MO : mt ? DIRECTION_MT : DIRECTION_UNKNOWN;
	return 0;
}

int main(int argc, char **argv)
{
	struct options opt = {DIRECTION_UNKNOWN, 0, 0, 0, 0};
	int failed = 0;

	if(read_options(&opt, argc, argv)) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if(optind == argc)
		failed = show_input(&opt);
	for(int i = optind; i < argc; i++)
		if(show_line(&opt, argv[i], strlen(argv[i])))
			failed = -1;
	return failed ? EXIT_REFUSED : EXIT_SUCCESS;
}
