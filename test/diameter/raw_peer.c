/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A Diameter peer by hand: see raw_peer.h.
 */
#include "raw_peer.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "diameter/codes.h"

#define REQUEST 0x80
#define PROXIABLE 0x40
#define RETRANSMITTED 0x10
#define V_BIT 0x80
#define M_BIT 0x40
#define HEADER 20
#define CAPABILITIES_EXCHANGE 257
#define HOST_IP_ADDRESS 257
#define PRODUCT_NAME 269

static void put_u32(uint8_t *out, uint32_t value)
{
	value = htonl(value);
	memcpy(out, &value, 4);
}

static uint32_t get_u32(const uint8_t *in)
{
	uint32_t value;

	memcpy(&value, in, 4);
	return ntohl(value);
}

static void begin(struct raw_message *m, uint8_t flags, uint32_t code,
		uint32_t application, uint32_t hop_by_hop, uint32_t end_to_end)
{
	memset(m, 0, sizeof(*m));
	m->len = HEADER;
	put_u32(m->octets + 4, code);
	m->octets[4] = flags;
	put_u32(m->octets + 8, application);
	put_u32(m->octets + 12, hop_by_hop);
	put_u32(m->octets + 16, end_to_end);
}

static void put_length(struct raw_message *m)
{
	put_u32(m->octets, (uint32_t)m->len);
	m->octets[0] = 1;
}

/* The head of an AVP; its place, for its length. */
static size_t open_avp(struct raw_message *m, uint32_t vendor, uint32_t code)
{
	size_t at = m->len;

	put_u32(m->octets + at, code);
	m->octets[at + 4] = vendor ? V_BIT | M_BIT : M_BIT;
	m->len += 8;
	if(vendor) {
		put_u32(m->octets + m->len, vendor);
		m->len += 4;
	}
	return at;
}

static void close_avp(struct raw_message *m, size_t at)
{
	uint8_t flags = m->octets[at + 4];

	put_u32(m->octets + at + 4, (uint32_t)(m->len - at));
	m->octets[at + 4] = flags;
	m->len = (m->len + 3) & ~(size_t)3;
}

static void add(struct raw_message *m, uint32_t vendor, uint32_t code,
		const void *data, size_t len)
{
	size_t at = open_avp(m, vendor, code);

	memcpy(m->octets + m->len, data, len);
	m->len += len;
	close_avp(m, at);
}

static void add_text(
		struct raw_message *m, uint32_t vendor, uint32_t code, const char *text)
{
	add(m, vendor, code, text, strlen(text));
}

static void add_u32(
		struct raw_message *m, uint32_t vendor, uint32_t code, uint32_t value)
{
	uint8_t octets[4];

	put_u32(octets, value);
	add(m, vendor, code, octets, sizeof(octets));
}

static void add_application(struct raw_message *m)
{
	size_t at = open_avp(m, 0, AVP_VENDOR_SPECIFIC_APPLICATION_ID);

	add_u32(m, 0, AVP_VENDOR_ID, VENDOR_3GPP);
	add_u32(m, 0, AVP_AUTH_APPLICATION_ID, APPLICATION_SH);
	close_avp(m, at);
}

static void add_origin(struct raw_message *m)
{
	add_text(m, 0, AVP_ORIGIN_HOST, RAW_NAME);
	add_text(m, 0, AVP_ORIGIN_REALM, "ims.test");
}

void raw_pnr(struct raw_message *m, uint32_t hop_by_hop, uint32_t end_to_end,
		bool retransmitted)
{
	size_t at;

	begin(m, REQUEST | PROXIABLE | (retransmitted ? RETRANSMITTED : 0),
			COMMAND_PUSH_NOTIFICATION, APPLICATION_SH, hop_by_hop, end_to_end);
	add_text(m, 0, AVP_SESSION_ID, RAW_NAME ";1;1");
	add_application(m);
	add_u32(m, 0, AVP_AUTH_SESSION_STATE, NO_STATE_MAINTAINED);
	add_origin(m);
	add_text(m, 0, AVP_DESTINATION_HOST, "gateway.test");
	add_text(m, 0, AVP_DESTINATION_REALM, "ims.test");
	at = open_avp(m, VENDOR_3GPP, AVP_USER_IDENTITY);
	add_text(m, VENDOR_3GPP, AVP_PUBLIC_IDENTITY, "sip:a@ims.test");
	close_avp(m, at);
	add_text(m, VENDOR_3GPP, AVP_USER_DATA, "<Sh-Data/>");
	put_length(m);
}

bool raw_send(int s, const struct raw_message *m)
{
	return send(s, m->octets, m->len, MSG_NOSIGNAL) == (ssize_t)m->len;
}

bool raw_receive(struct raw_message *m, int s)
{
	m->len = 0;
	if(recv(s, m->octets, HEADER, MSG_WAITALL) != HEADER)
		return false;
	m->len = get_u32(m->octets) & 0xffffff;
	if(m->len < HEADER || m->len > RAW_MAX)
		return false;
	return m->len == HEADER
		   || recv(s, m->octets + HEADER, m->len - HEADER, MSG_WAITALL)
					  == (ssize_t)(m->len - HEADER);
}

uint32_t raw_hop_by_hop(const struct raw_message *m)
{
	return get_u32(m->octets + 12);
}

uint32_t raw_end_to_end(const struct raw_message *m)
{
	return get_u32(m->octets + 16);
}

uint32_t raw_result(const struct raw_message *m)
{
	size_t at = HEADER;

	while(at + 12 <= m->len) {
		if(get_u32(m->octets + at) == AVP_RESULT_CODE)
			return get_u32(m->octets + at + 8);
		at += ((get_u32(m->octets + at + 4) & 0xffffff) + 3) & ~3u;
	}
	return 0;
}

static bool exchange_capabilities(int s)
{
	static const uint8_t loopback[] = {0, 1, 127, 0, 0, 1};
	struct raw_message m;

	begin(&m, REQUEST, CAPABILITIES_EXCHANGE, 0, 1, 1);
	add_origin(&m);
	add(&m, 0, HOST_IP_ADDRESS, loopback, sizeof(loopback));
	add_u32(&m, 0, AVP_VENDOR_ID, 0);
	add_text(&m, 0, PRODUCT_NAME, "raw");
	add_application(&m);
	put_length(&m);
	return raw_send(s, &m) && raw_receive(&m, s)
		   && raw_result(&m) == DIAMETER_SUCCESS;
}

int raw_connect(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
			.sin_port = htons(port)};
	struct timeval limit = {2, 0};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if(connect(s, (struct sockaddr *)&to, sizeof(to)) == 0
			&& exchange_capabilities(s))
		return s;
	close(s);
	return -1;
}
