/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS of test/hss as a process, and the configuration of a gateway that has it as its peer. For the tests in this folder
 * and for benchmarks.
 */
#ifndef IPSMGW_TEST_DIAMETER_HSS_H
#define IPSMGW_TEST_DIAMETER_HSS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Short enough for the name of a Unix socket in it. */
#define HSS_PATH 96

struct hss
{
	char name[32]; /* Origin-Host */
	char folder[HSS_PATH];
	uint16_t port;
	pid_t pid;
	int control;
};

/* Write its files into FOLDER/NAME, which is made, and start it; it serves realm ims.test. 0, or -1. */
int hss_start(struct hss *h, const char *folder, const char *name);

/* Start it again, same files and port. */
int hss_restart(struct hss *h);

/* A line for its control channel (test/hss/control.h). Its answer in reply; false: it is no "ok". */
bool hss_control(struct hss *h, char reply[512], const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* End it by this signal and wait. */
void hss_stop(struct hss *h, int signal);

/* Does its output have that text? */
bool hss_said(const struct hss *h, const char *text);

/* How many requests of that command ("UDR") it has seen; -1: it does not say. */
int hss_count(struct hss *h, const char *command);

/* Write a configuration of freeDiameter for gateway.test with these peers into path. port 0: it does not listen. 0, or -1. */
int hss_write_gateway_conf(const char *path, uint16_t port,
		const struct hss *const *peers, unsigned count);

/* A port of 127.0.0.1 that nobody has now. */
uint16_t hss_free_port(void);

#endif
