/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A Diameter peer by hand, octet by octet, that connects to the gateway: for what no libfdcore would send, as the same request
 * twice. Only for the tests in this folder.
 */
#ifndef IPSMGW_TEST_DIAMETER_RAW_PEER_H
#define IPSMGW_TEST_DIAMETER_RAW_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAW_NAME "raw.ims.test"
#define RAW_MAX 2048

struct raw_message
{
	uint8_t octets[RAW_MAX];
	size_t len;
};

/* Connect to 127.0.0.1 and exchange capabilities for Sh. The socket; -1: refused. */
int raw_connect(uint16_t port);

/* A PNR for sip:a@ims.test to gateway.test. */
void raw_pnr(struct raw_message *m, uint32_t hop_by_hop, uint32_t end_to_end,
		bool retransmitted);

bool raw_send(int s, const struct raw_message *m);

/* The next message within two seconds. */
bool raw_receive(struct raw_message *m, int s);

uint32_t raw_hop_by_hop(const struct raw_message *m);
uint32_t raw_end_to_end(const struct raw_message *m);

/* Result-Code, at the top; 0: there is none. */
uint32_t raw_result(const struct raw_message *m);

#endif
