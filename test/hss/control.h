/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The control channel of the HSS of the tests: a Unix datagram socket, one command a datagram, answered to the sender's
 * address by "ok", with something after it where there is something to say, or "error WHY".
 *
 *     fault COMMAND COUNT WHAT...    see faults.h
 *     reset                          faults and counters
 *     counters                       "ok UDR=3 PUR=1"
 *     show IDENTITY                  "ok imsi=... mwd=..."; IDENTITY: IMPU, MSISDN, external identifier, IMSI or IMPI
 *     set IDENTITY FIELD VALUE...    as a line of the file of data.h
 *     pnr IDENTITY REFERENCE         to all that subscribed: "ok 1"
 *     pnr-to IDENTITY REFERENCE HOST REALM    subscribed or not
 *     pnr-nul IDENTITY REFERENCE HOST REALM   with a NUL in its Session-Id
 *     disconnect                     cut all connections: "ok 1"
 */
#ifndef HSS_CONTROL_H
#define HSS_CONTROL_H

/* Listen; a file that is there is replaced. 0, or an errno value. */
int control_start(const char *path);
void control_stop(void);

#endif
