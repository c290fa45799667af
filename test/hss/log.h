/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The log of the HSS of the tests: each message that came as one line of JSON, written whole before it is answered, from
 * the octets as they were on the wire. Also what happened to connections. Registers all hooks of libfdcore: for those that
 * nobody has, it prints every message itself.
 *
 *     {"time": 1700000000.123456, "command": "UDR", "request": true, "code": 306, "app": 16777217, "flags": 192, "hbh": 1, "ete": 2,
 *      "session": "...", "peer": "gateway.test", "avps": [{"code": 263, "vendor": 0, "flags": 64, "hex": "..."},
 *      {"code": 700, "vendor": 10415, "flags": 192, "avps": [...]}]}
 *     {"time": ..., "event": "connected", "peer": "gateway.test", "text": ""}
 *
 * Octets that are no Diameter message have "hex" instead of "command" to "avps".
 */
#ifndef HSS_LOG_H
#define HSS_LOG_H

/* 0, or an errno value. After dictionary_load(). */
int log_start(const char *path);
void log_stop(void);

/* A line of the second kind. peer, text: NULL is empty. */
void log_event(const char *event, const char *peer, const char *text);

#endif
