/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Load for a gateway of short messages to phones: a hub, and the S-CSCF with all phones behind it, in one process and so by
 * one clock. The hub sends a text to each subscriber in turn, one at a time to each; the phone answers 200 and then sends its
 * RP-ACK in a MESSAGE of its own, as each phone does (TS 24.341 5.3.3.4). What is not answered is sent again as RFC 3261
 * 17.1.2.2 has it. Over UDP on 127.0.0.1.
 *
 * One line: `sent= delivered= shown= twice= failed= again= seconds= p50_us= p99_us=`: texts whose hub was told 200, that phones have,
 * that came twice, that failed; requests that were sent again; the times from the hub's first sending to the phone's receiving.
 * With `silent` the phones never report, and it ends when each has its text. Exit 0, or 1: bad arguments or no sockets.
 *
 * usage: mt_load GATEWAY_PORT HUB_PORT SCSCF_PORT ROUND SUBSCRIBERS MESSAGES RATE WINDOW [silent]
 *   ROUND        three digits: subscriber n, from 1, is +1ROUND555n, as register-sender.xml has it
 *   RATE         a second; 0: as many as WINDOW lets
 *   WINDOW       at most so many on their way at one time, and no more than SUBSCRIBERS
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define TEXT "Your code is 123456, valid for ten minutes."
#define MILLISECOND 1000000ull
#define T1 (500 * MILLISECOND)
#define T2 (4000 * MILLISECOND)
#define PATIENCE (30000 * MILLISECOND) /* for the end of one text */
#define LOOK (100 * MILLISECOND) /* between two looks for what is overdue */
#define PACKET 4096
#define BURST 64 /* packets read before anything is sent */

/* A request that waits for its final answer; due 0: none does. */
struct pending
{
	uint64_t due, wait;
};

struct subscriber
{
	bool busy, shown;
	unsigned serial; /* of his text: names all that is sent for it */
	uint64_t sent_at;
	struct pending text, report;
	char call_id[160]; /* of the gateway's MESSAGE, while the report waits */
	uint8_t mr;
};

static struct
{
	int gateway_port, hub_port, scscf_port;
	const char *round;
	unsigned subscribers, messages, rate, window;
	bool silent;
	unsigned run; /* another for each run: in branches and Call-IDs */
} with;

static int hub, scscf;				  /* sockets */
static struct subscriber *subscriber; /* from 1 */
static unsigned sent, delivered, shown, twice, failed, again, busy;
static double *latency_us;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* --- sending ---------------------------------------------------------------------- */

static void wait_for_answer(struct pending *p, uint64_t now)
{
	p->wait = T1;
	p->due = now + p->wait;
}

static void send_text(unsigned n)
{
	const struct subscriber *s = &subscriber[n];
	char out[PACKET];
	int len = snprintf(out, sizeof(out),
			"MESSAGE sip:+1%s555%u@ims.test SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKt%08x%u\r\n"
			"Max-Forwards: 70\r\n"
			"P-Asserted-Identity: <sip:+12025550123@hub.example>\r\n"
			"From: <sip:+12025550123@hub.example>;tag=t%u\r\n"
			"To: <sip:+1%s555%u@ims.test>\r\n"
			"Call-ID: t%08x%u.%u\r\n"
			"CSeq: 1 MESSAGE\r\n"
			"Content-Type: text/plain;charset=UTF-8\r\n"
			"Content-Length: %zu\r\n\r\n" TEXT,
			with.round, n, with.hub_port, with.run, s->serial, s->serial,
			with.round, n, with.run, s->serial, n, sizeof(TEXT) - 1);

	send(hub, out, (size_t)len, 0);
}

static void begin_text(unsigned n, uint64_t now)
{
	subscriber[n] =
			(struct subscriber){.busy = true, .serial = sent++, .sent_at = now};
	wait_for_answer(&subscriber[n].text, now);
	busy++;
	send_text(n);
}

/* RP-ACK with an SMS-DELIVER-REPORT that says nothing. */
static void send_report(unsigned n)
{
	const struct subscriber *s = &subscriber[n];
	const char body[] = {0x02, (char)s->mr, 0x41, 0x02, 0x00, 0x00};
	char out[PACKET];
	int len = snprintf(out, sizeof(out) - sizeof(body),
			"MESSAGE sip:127.0.0.1:%d SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKr%08x%u\r\n"
			"Max-Forwards: 67\r\n"
			"Route: <sip:127.0.0.1:%d;lr>, <sip:orig@127.0.0.1:%d;lr>\r\n"
			"P-Asserted-Identity: <sip:+1%s555%u@ims.test>\r\n"
			"P-Charging-Vector: icid-value=\"i%u\"\r\n"
			"From: <sip:+1%s555%u@ims.test>;tag=r%u\r\n"
			"To: <sip:127.0.0.1:%d>\r\n"
			"Call-ID: r%08x%u.%u\r\n"
			"CSeq: 1 MESSAGE\r\n"
			"In-Reply-To: %s\r\n"
			"Allow: MESSAGE\r\n"
			"Content-Type: application/vnd.3gpp.sms\r\n"
			"Content-Length: %zu\r\n\r\n",
			with.gateway_port, with.scscf_port, with.run, s->serial,
			with.gateway_port, with.scscf_port, with.round, n, s->serial,
			with.round, n, s->serial, with.gateway_port, with.run, s->serial, n,
			s->call_id, sizeof(body));

	memcpy(out + len, body, sizeof(body));
	send(scscf, out, (size_t)len + sizeof(body), 0);
}

/* --- reading ----------------------------------------------------------------------- */

struct value
{
	int len;
	const char *s;
};

/* Of the first such header of a head, empty when there is none; names are looked for as Kamailio writes them. */
static struct value header(const char *head, const char *name)
{
	const char *found = strstr(head, name);

	found = found ? found + strlen(name) : "";
	return (struct value){(int)strcspn(found, "\r"), found};
}

/* The number after the round and 555 in an identity of ours; -1: it is none. */
static int subscriber_of(const char *text)
{
	char start[16];
	const char *found;
	unsigned n;

	snprintf(start, sizeof(start), "+1%s555", with.round);
	found = strstr(text, start);
	if(!found || sscanf(found + strlen(start), "%u", &n) != 1
			|| n > with.subscribers || !subscriber[n].busy)
		return -1;
	return (int)n;
}

static void answer(const char *head)
{
	struct value via = header(head, "\r\nVia: "),
				 from = header(head, "\r\nFrom: "),
				 to = header(head, "\r\nTo: "),
				 call_id = header(head, "\r\nCall-ID: "),
				 cseq = header(head, "\r\nCSeq: ");
	char out[PACKET];
	int len = snprintf(out, sizeof(out),
			"SIP/2.0 200 OK\r\nVia: %.*s\r\nFrom: %.*s\r\nTo: %.*s;tag=p\r\n"
			"Call-ID: %.*s\r\nCSeq: %.*s\r\nContent-Length: 0\r\n\r\n",
			via.len, via.s, from.len, from.s, to.len, to.s, call_id.len,
			call_id.s, cseq.len, cseq.s);

	send(scscf, out, (size_t)len, 0);
}

static void end_if_done(struct subscriber *s)
{
	if(s->text.due || s->report.due)
		return;
	s->busy = false;
	busy--;
}

/* The gateway's MESSAGE with a text. One that is sent again is answered again. */
static void phone_takes(
		const char *head, const uint8_t *body, size_t len, uint64_t now)
{
	struct value call_id = header(head, "\r\nCall-ID: ");
	int n = subscriber_of(head);
	struct subscriber *s;

	answer(head);
	if(n < 0 || call_id.len >= (int)sizeof(s->call_id))
		return;
	s = &subscriber[n];
	if(s->shown) {
		twice += strncmp(s->call_id, call_id.s, (size_t)call_id.len) != 0;
		return;
	}
	s->shown = true;
	latency_us[shown++] = (double)(now - s->sent_at) / 1e3;
	memcpy(s->call_id, call_id.s, (size_t)call_id.len);
	s->call_id[call_id.len] = '\0';
	s->mr = len > 1 ? body[1] : 0;
	if(with.silent)
		return;
	wait_for_answer(&s->report, now);
	send_report((unsigned)n);
}

/* The final answer to what was sent: t of the hub, r of a phone. */
static void answered(const char *head)
{
	struct value call_id = header(head, "\r\nCall-ID: ");
	int status = atoi(head + 8);
	unsigned run, serial, n;
	struct subscriber *s;

	if(status < 200 || call_id.len < 10
			|| sscanf(call_id.s + 1, "%8x%u.%u", &run, &serial, &n) != 3
			|| run != with.run || n > with.subscribers)
		return;
	s = &subscriber[n];
	if(!s->busy || s->serial != serial)
		return;
	if(*call_id.s == 't' && s->text.due) {
		s->text.due = 0;
		if(status == 200 && s->shown)
			delivered++;
		else
			failed++;
	} else if(*call_id.s == 'r' && s->report.due) {
		s->report.due = 0;
		failed += status >= 300;
	}
	end_if_done(s);
}

static void read_packets(int from)
{
	char in[PACKET + 1];
	const uint8_t *body;
	char *end;
	ssize_t len;
	int i;

	for(i = 0; i < BURST; i++) {
		len = recv(from, in, PACKET, MSG_DONTWAIT);
		if(len <= 0)
			return;
		in[len] = '\0';
		end = strstr(in, "\r\n\r\n");
		if(!end)
			continue;
		body = (const uint8_t *)end + 4;
		end[2] = '\0';
		if(strncmp(in, "SIP/2.0 ", 8) == 0)
			answered(in);
		else if(from == scscf && strncmp(in, "MESSAGE ", 8) == 0)
			phone_takes(in, body, (size_t)((const uint8_t *)in + len - body),
					now_ns());
	}
}

/* --- time -------------------------------------------------------------------------- */

static bool is_overdue(struct pending *p, uint64_t now)
{
	if(!p->due || now < p->due)
		return false;
	p->wait = p->wait * 2 < T2 ? p->wait * 2 : T2;
	p->due = now + p->wait;
	again++;
	return true;
}

static void send_overdue(uint64_t now)
{
	unsigned n;

	for(n = 1; n <= with.subscribers; n++) {
		struct subscriber *s = &subscriber[n];

		if(!s->busy)
			continue;
		if(now - s->sent_at > PATIENCE) {
			s->text.due = s->report.due = 0;
			failed++;
			end_if_done(s);
			continue;
		}
		if(is_overdue(&s->text, now))
			send_text(n);
		if(is_overdue(&s->report, now))
			send_report(n);
	}
}

static unsigned due_by(uint64_t passed)
{
	uint64_t due =
			with.rate ? passed * with.rate / 1000000000 + 1 : with.messages;

	return due < with.messages ? (unsigned)due : with.messages;
}

static void run(uint64_t start)
{
	struct pollfd fds[] = {
			{.fd = hub, .events = POLLIN}, {.fd = scscf, .events = POLLIN}};
	uint64_t look = start + LOOK, now = start;
	unsigned next = 0, due;

	while(with.silent ? shown < with.messages && now - start < PATIENCE
					  : sent < with.messages || busy > 0) {
		due = due_by(now - start);
		while(sent < due && busy < with.window) {
			do
				next = next % with.subscribers + 1;
			while(subscriber[next].busy);
			begin_text(next, now_ns());
		}
		poll(fds, 2, sent < with.messages ? 1 : (int)(LOOK / MILLISECOND));
		read_packets(hub);
		read_packets(scscf);
		now = now_ns();
		if(now >= look) {
			send_overdue(now);
			look = now + LOOK;
		}
	}
}

/* --- main -------------------------------------------------------------------------- */

static int open_socket(int port)
{
	struct sockaddr_in own = {.sin_family = AF_INET,
							   .sin_port = htons((uint16_t)port),
							   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
					   gateway = own;
	int room = 4 << 20, fd = socket(AF_INET, SOCK_DGRAM, 0);

	gateway.sin_port = htons((uint16_t)with.gateway_port);
	if(fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) < 0
			|| connect(fd, (struct sockaddr *)&gateway, sizeof(gateway)) < 0) {
		perror("mt_load");
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double percentile(unsigned percent)
{
	return shown ? latency_us[(uint64_t)(shown - 1) * percent / 100] : 0;
}

int main(int argc, char **argv)
{
	uint64_t start;

	if(argc < 9 || strlen(argv[4]) != 3 || atoi(argv[8]) > atoi(argv[5])) {
		fprintf(stderr, "usage: mt_load GATEWAY_PORT HUB_PORT SCSCF_PORT ROUND "
						"SUBSCRIBERS MESSAGES RATE WINDOW [silent]\n");
		return 1;
	}
	with.gateway_port = atoi(argv[1]);
	with.hub_port = atoi(argv[2]);
	with.scscf_port = atoi(argv[3]);
	with.round = argv[4];
	with.subscribers = (unsigned)atoi(argv[5]);
	with.messages = (unsigned)atoi(argv[6]);
	with.rate = (unsigned)atoi(argv[7]);
	with.window = (unsigned)atoi(argv[8]);
	with.silent = argc > 9;
	hub = open_socket(with.hub_port);
	scscf = open_socket(with.scscf_port);
	subscriber = calloc(with.subscribers + 1, sizeof(*subscriber));
	latency_us = calloc(with.messages, sizeof(*latency_us));
	if(hub < 0 || scscf < 0 || !subscriber || !latency_us)
		return 1;
	start = now_ns();
	with.run = (unsigned)start;
	run(start);
	qsort(latency_us, shown, sizeof(*latency_us), compare);
	printf("sent=%u delivered=%u shown=%u twice=%u failed=%u again=%u "
		   "seconds=%.3f p50_us=%.0f p99_us=%.0f\n",
			sent, delivered, shown, twice, failed, again,
			(double)(now_ns() - start) / 1e9, percentile(50), percentile(99));
	return 0;
}
