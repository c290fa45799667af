/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Counters of the Diameter side: see hss_counters.h.
 */
#include "hss_counters.h"

#include "core/counters.h"
#include "../hss/hss.h"

static const struct
{
	enum slots_counter counter;
	const char *name, *description;
} rows[] = {
		{COUNT_SENT, "hss_sent", "Diameter requests sent"},
		{COUNT_ANSWERED_1XXX, "hss_answered_1xxx",
				"of these, answered with a code of 1xxx"},
		{COUNT_ANSWERED_2XXX, "hss_answered_2xxx",
				"of these, answered with success"},
		{COUNT_ANSWERED_3XXX, "hss_answered_3xxx",
				"of these, answered with a protocol error"},
		{COUNT_ANSWERED_4XXX, "hss_answered_4xxx",
				"of these, answered with a failure for now"},
		{COUNT_ANSWERED_5XXX, "hss_answered_5xxx",
				"of these, answered with a failure for good"},
		{COUNT_ANSWERED_OTHER, "hss_answered_other",
				"of these, answered with another code"},
		{COUNT_TIMEOUT, "hss_timeout", "not answered within hss_timeout"},
		{COUNT_NO_PEER, "hss_no_peer", "not sent: no peer was open"},
		{COUNT_SEND_FAILED, "hss_send_failed",
				"not sent: libfdcore did not take them"},
		{COUNT_RESTARTED, "hss_restarted",
				"ended with the Diameter process under them"},
		{COUNT_MALFORMED, "hss_malformed", "answered without a result"},
		{COUNT_LATE, "hss_late", "answers that came when all was over"},
		{COUNT_DROPPED, "hss_dropped", "answers that libfdcore did not accept"},
		{COUNT_EXHAUSTED, "hss_exhausted",
				"not asked: hss_slots questions were open"},
		{COUNT_PIPE_FULL, "hss_pipe_full",
				"not sent: the pipe to the Diameter process was full"},
		{COUNT_REDELIVERED, "hss_redelivered",
				"outcomes told to the workers again"},
		{COUNT_RETRIED, "hss_retried",
				"sent to a second peer after 3002 or 3004"},
		{COUNT_RESTARTS, "hss_restarts", "starts of the Diameter process anew"},
		{COUNT_INCOMING, "hss_incoming", "Diameter requests of peers"},
		{COUNT_INCOMING_REPLIED, "hss_incoming_replied", "of these, answered"},
		{COUNT_INCOMING_TIMEOUT, "hss_incoming_timeout",
				"of these, not answered in time"},
		{COUNT_INCOMING_REFUSED, "hss_incoming_refused",
				"refused: too many at one time, or nothing that is served"},
		{COUNT_DUPLICATES, "hss_duplicates", "requests of peers sent again"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

const char *hss_counter_label(unsigned i)
{
	return i < ROWS ? rows[i].name : NULL;
}

long hss_counter_read(unsigned i)
{
	const struct slots *slots = hss_slots();

	return slots ? (long)slots_counter(slots, rows[i].counter) : 0;
}

static counter_val_t read_counter(counter_handle_t handle, void *row)
{
	(void)handle;
	return hss_counter_read((unsigned)(size_t)row);
}

int hss_counters_init(void)
{
	size_t i;

	for(i = 0; i < ROWS; i++)
		if(counter_register(NULL, "ipsmgw", rows[i].name, 0, read_counter,
				   (void *)i, rows[i].description, 0)
				< 0)
			return -1;
	return 0;
}
