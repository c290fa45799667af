/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry at 1,000, 100,000 and 1,000,000 subscribers as they typically are: registrations and refreshes a second,
 * octets a record, nanoseconds to look one up by each kind of identity: with its parsing and the copy, in random order,
 * other subscribers each round, and when there is none. Rows are `NAME records=N VALUE`. A lookup's peer is random_read:
 * one read at a random place of a gibibyte, which says where the next one is. Both are measured in turn, in CPU time,
 * round after round; rows have the medians, and of lookups `reads=R`, the time next to the peer's, and `flat=R`, next to
 * that at the first number of records. In one process, with locks and memory of the C library.
 *
 * usage: registry_bench [RECORDS...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "registrations.h"

#define LOOKUPS 100000 /* of a kind in a round */
#define READS 100000   /* of the peer in a round */
#define ROUNDS 9
#define LINE 64			 /* octets */
#define LINES (1u << 24) /* of the peer's memory */
#define LIVES 600000	 /* seconds */

/* A subscriber as an S-CSCF that sends both embedded messages tells of him. */
struct subscriber
{
	char text[7][160];
};

static void invent(struct registration *out, struct subscriber *s, unsigned n)
{
	snprintf(s->text[0], 160, "sip:+4477%08u@ims.mnc001.mcc234.3gppnetwork.org",
			n);
	snprintf(s->text[1], 160, "tel:+4477%08u", n);
	snprintf(s->text[2], 160,
			"sip:2340100%08u@ims.mnc001.mcc234.3gppnetwork.org", n);
	snprintf(s->text[3], 160, "4477%08u", n);
	snprintf(s->text[4], 160, "2340100%08u@ims.mnc001.mcc234.3gppnetwork.org",
			n);
	snprintf(s->text[5], 160,
			"sip:scscf.ims.mnc001.mcc234.3gppnetwork.org:6060");
	snprintf(s->text[6], 160,
			"sip:4477%08u@[2001:db8:1:2::%x]:5060;transport=udp;alias=10.0.0.1~"
			"5060~1",
			n, n & 0xffff);
	memset(out, 0, offsetof(struct registration, text));
	out->impus = 3;
	for(unsigned i = 0; i < out->impus; i++)
		out->impu[i] = text_span(s->text[i]);
	out->msisdn = text_span(s->text[3]);
	out->imsi = (struct span){s->text[4], 15};
	out->impi = text_span(s->text[4]);
	out->scscf = text_span(s->text[5]);
	out->contacts = 1;
	out->contact[0].uri = text_span(s->text[6]);
	out->contact[0].smsip = SMS_CAPABILITY_YES;
	out->contact[0].expires_at = NOW + LIVES;
	out->state.capability = SMS_CAPABILITY_YES;
	out->state.expires_at = NOW + LIVES + (int64_t)(n % 3600);
}

/* How an identity of subscriber n is written. */
static const struct
{
	const char *name, *format;
	bool there;
} asked[] = {
		{"sip_uri", "sip:+4477%08u@ims.mnc001.mcc234.3gppnetwork.org", true},
		{"tel_uri", "tel:+4477%08u", true},
		{"msisdn", "4477%08u", true},
		{"imsi", "2340100%08u", true},
		{"number_in_other_domain", "sip:+4477%08u@elsewhere.example;user=phone",
				true},
		{"miss_sip_uri", "sip:+4478%08u@ims.mnc001.mcc234.3gppnetwork.org",
				false},
		{"miss_tel_uri", "tel:+4478%08u", false},
};

#define KINDS (sizeof(asked) / sizeof(asked[0]))

static char question[LOOKUPS][80];
static struct registration reg;
static double at_first[KINDS];
static char *memory; /* of the peer */

static double clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Cheap to ask for, around each registration. */
static double now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Of this process alone, around many lookups: whoever else runs meanwhile does not count. */
static double cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static int prepare_memory(void)
{
	memory = malloc((size_t)LINES * LINE);
	if(!memory)
		return -1;
	/* one cycle through all lines (the factor is 1 modulo 4 and the summand odd) */
	for(uint32_t i = 0; i < LINES; i++) {
		uint32_t next = (i * 0x9e3779b5 + 0x7f4a7c15) % LINES;
		memcpy(memory + (size_t)i * LINE, &next, sizeof(next));
	}
	return 0;
}

/* Nanoseconds of one read of the peer. */
static double read_memory(void)
{
	static uint32_t at;
	double start = cpu_ns();

	for(int i = 0; i < READS; i++)
		memcpy(&at, memory + (size_t)at * LINE, sizeof(at));
	return (cpu_ns() - start) / READS;
}

static int put_all(const char *name, unsigned records, int expected)
{
	struct subscriber s;
	double start, passed = 0;

	for(unsigned n = 0; n < records; n++) {
		/* a step that is prime to the number of records: in no order of any table */
		unsigned user = (unsigned)((uint64_t)n * 7368787 % records);
		invent(&reg, &s, user);
		start = now_ns();
		if(registry_put(NULL, NULL, &reg, NOW) != expected) {
			fprintf(stderr, "%s: not the result that it should be\n", name);
			return -1;
		}
		passed += now_ns() - start;
	}
	printf("%s records=%u per_second=%.0f\n", name, records,
			records / passed * 1e9);
	return 0;
}

/* Whom the next lookups ask for. */
static void write_questions(unsigned kind, unsigned records)
{
	static uint32_t seed = 1;

	for(unsigned i = 0; i < LOOKUPS; i++) {
		seed = seed * 1664525 + 1013904223;
		snprintf(question[i], sizeof(question[i]), asked[kind].format,
				(unsigned)((uint64_t)seed * records >> 32));
	}
}

/* Nanoseconds of one lookup; negative: one had the wrong result. */
static double ask_all(unsigned kind)
{
	int expected = asked[kind].there ? REGISTRY_OK : REGISTRY_ABSENT;
	double start = cpu_ns();

	for(unsigned i = 0; i < LOOKUPS; i++)
		if(registry_get(
				   &reg, (struct span){question[i], strlen(question[i])}, NOW)
				!= expected)
			return -1;
	return (cpu_ns() - start) / LOOKUPS;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *ns)
{
	qsort(ns, ROUNDS, sizeof(*ns), by_value);
	return ns[ROUNDS / 2];
}

static int ask(unsigned records)
{
	double peer[ROUNDS], ns[KINDS][ROUNDS], read;

	for(unsigned round = 0; round < ROUNDS; round++) {
		peer[round] = read_memory();
		for(unsigned kind = 0; kind < KINDS; kind++) {
			write_questions(kind, records);
			ns[kind][round] = ask_all(kind);
			if(ns[kind][round] < 0) {
				fprintf(stderr, "%s: not the result that it should be\n",
						asked[kind].name);
				return -1;
			}
		}
	}
	read = median(peer);
	printf("random_read records=%u ns=%.0f\n", records, read);
	for(unsigned kind = 0; kind < KINDS; kind++) {
		double mid = median(ns[kind]);

		if(at_first[kind] == 0)
			at_first[kind] = mid;
		printf("get_%s records=%u ns=%.0f reads=%.1f flat=%.1f\n",
				asked[kind].name, records, mid, mid / read,
				mid / at_first[kind]);
	}
	return 0;
}

static int measure(unsigned records)
{
	const struct registry_options options = {records, false, NULL};
	struct registry_stats stats;
	int rc = -1;

	if(registry_init(&options) < 0) {
		fprintf(stderr, "no memory for %u records\n", records);
		return -1;
	}
	if(put_all("put_new", records, REGISTRY_NEW) < 0
			|| put_all("put_refresh", records, REGISTRY_REFRESHED) < 0)
		goto out;
	registry_stats(&stats);
	printf("size records=%u bytes_a_record=%.0f identities_a_record=%.1f\n",
			records, (double)stats.bytes / records,
			(double)stats.aliases / records);
	rc = ask(records);
out:
	registry_destroy();
	return rc;
}

int main(int argc, char **argv)
{
	static const unsigned sizes[] = {1000, 100000, 1000000};

	if(prepare_memory() < 0) {
		fprintf(stderr, "no memory for the peer\n");
		return EXIT_FAILURE;
	}
	for(int i = 1; i < argc; i++)
		if(measure((unsigned)strtoul(argv[i], NULL, 10)) < 0)
			return EXIT_FAILURE;
	for(size_t i = 0; argc == 1 && i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if(measure(sizes[i]) < 0)
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
