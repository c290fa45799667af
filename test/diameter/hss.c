/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS as a process: see hss.h.
 */
#include "hss.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRIES 200
#define TRY_US 25000

static const char subscribers[] = "deny stranger.test\n"
								  "subscriber\n"
								  "imsi 001010000000001\n"
								  "msisdn 15550000001\n"
								  "impi 001010000000001@ims.test\n"
								  "impu sip:+15550000001@ims.test\n"
								  "impu tel:+15550000001\n"
								  "state 1\n"
								  "scscf sip:scscf.ims.test:6060\n"
								  "sc-address 15551230000\n"
								  "mme mme.test epc.test 15558880001\n"
								  "msc 15558880003\n"
								  "mwd-status 2\n"
								  "subscriber\n"
								  "imsi 001010000000002\n"
								  "msisdn 15550000002\n"
								  "impu sip:+15550000002@ims.test\n"
								  "absent 1 - 6\n"
								  "subscriber\n"
								  "imsi 001010000000003\n"
								  "msisdn 15550000003\n"
								  "impu sip:+15550000003@ims.test\n"
								  "barred 1\n";

uint16_t hss_free_port(void)
{
	struct sockaddr_in to = {
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(to);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	uint16_t port = 0;

	if(s >= 0 && bind(s, (struct sockaddr *)&to, len) == 0
			&& getsockname(s, (struct sockaddr *)&to, &len) == 0)
		port = ntohs(to.sin_port);
	close(s);
	return port;
}

static bool listens(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
			.sin_port = htons(port)};
	int s = socket(AF_INET, SOCK_STREAM, 0);
	bool yes = s >= 0 && connect(s, (struct sockaddr *)&to, sizeof(to)) == 0;

	close(s);
	return yes;
}

static int write_file(const struct hss *h, const char *name, const char *format,
		...) __attribute__((format(printf, 3, 4)));

static int write_file(
		const struct hss *h, const char *name, const char *format, ...)
{
	char path[HSS_PATH + 32];
	va_list args;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", h->folder, name);
	file = fopen(path, "w");
	if(!file)
		return -1;
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	return fclose(file);
}

static int write_files(const struct hss *h)
{
	char extension[4096];

	if(!realpath("build/hss/test_hss.fdx", extension))
		return -1;
	if(write_file(h, "subscribers", "%s", subscribers))
		return -1;
	if(write_file(h, "test_hss.conf",
			   "subscribers %s/subscribers\nlog %s/log\ncontrol %s/control\n",
			   h->folder, h->folder, h->folder))
		return -1;
	return write_file(h, "freeDiameter.conf",
			"Identity = \"%s\";\nRealm = \"ims.test\";\nPort = %u;\n"
			"SecPort = 0;\nNo_SCTP;\nNo_IPv6;\nNoRelay;\nTwTimer = 6;\n"
			"TcTimer = 1;\n"
			"LoadExtension = \"%s\" : \"%s/test_hss.conf\";\n",
			h->name, h->port, extension, h->folder);
}

static void become_freediameterd(const struct hss *h)
{
	char conf[HSS_PATH + 32], out[HSS_PATH + 32];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(conf, sizeof(conf), "%s/freeDiameter.conf", h->folder);
	snprintf(out, sizeof(out), "%s/out", h->folder);
	fd = open(out, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	unsetenv("LD_PRELOAD");
	execlp("freeDiameterd", "freeDiameterd", "-c", conf, (char *)NULL);
	_exit(127);
}

static int open_control(struct hss *h)
{
	struct sockaddr_un here = {.sun_family = AF_UNIX};
	struct timeval limit = {2, 0};

	h->control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(here.sun_path, sizeof(here.sun_path), "%s/answers", h->folder);
	unlink(here.sun_path);
	setsockopt(h->control, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return bind(h->control, (struct sockaddr *)&here, sizeof(here));
}

int hss_restart(struct hss *h)
{
	h->pid = fork();
	if(h->pid == 0)
		become_freediameterd(h);
	for(int i = 0; i < TRIES; i++) {
		if(listens(h->port))
			return 0;
		usleep(TRY_US);
	}
	return -1;
}

int hss_start(struct hss *h, const char *folder, const char *name)
{
	memset(h, 0, sizeof(*h));
	snprintf(h->name, sizeof(h->name), "%s", name);
	snprintf(h->folder, sizeof(h->folder), "%s/%s", folder, name);
	h->port = hss_free_port();
	if(mkdir(h->folder, 0700) || write_files(h) || open_control(h))
		return -1;
	return hss_restart(h);
}

bool hss_control(struct hss *h, char reply[512], const char *format, ...)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	char line[512];
	va_list args;
	ssize_t got;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s/control", h->folder);
	reply[0] = '\0';
	for(int i = 0; i < TRIES; i++) {
		if(sendto(h->control, line, strlen(line), 0, (struct sockaddr *)&to,
				   sizeof(to))
				>= 0)
			break;
		usleep(TRY_US);
	}
	got = recv(h->control, reply, 511, 0);
	reply[got > 0 ? got : 0] = '\0';
	return strncmp(reply, "ok", 2) == 0;
}

int hss_count(struct hss *h, const char *command)
{
	char reply[512], key[16];
	const char *at;

	snprintf(key, sizeof(key), " %s=", command);
	if(!hss_control(h, reply, "counters"))
		return -1;
	at = strstr(reply, key);
	return at ? (int)strtol(at + strlen(key), NULL, 10) : 0;
}

void hss_stop(struct hss *h, int signal)
{
	if(h->pid <= 0)
		return;
	kill(h->pid, signal);
	for(int i = 0; waitpid(h->pid, NULL, WNOHANG) == 0; i++) {
		if(i == TRIES)
			kill(h->pid, SIGKILL);
		usleep(TRY_US);
	}
	h->pid = 0;
}

bool hss_said(const struct hss *h, const char *text)
{
	char path[HSS_PATH + 32], line[4096];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/out", h->folder);
	file = fopen(path, "r");
	while(file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, text) != NULL;
	if(file)
		fclose(file);
	return found;
}

int hss_write_gateway_conf(const char *path, uint16_t port,
		const struct hss *const *peers, unsigned count)
{
	FILE *file = fopen(path, "w");

	if(!file)
		return -1;
	fprintf(file,
			"Identity = \"gateway.test\";\nRealm = \"ims.test\";\nPort = %u;\n"
			"SecPort = 0;\nNo_SCTP;\nNo_IPv6;\nNoRelay;\nTwTimer = 6;\n"
			"TcTimer = 1;\n",
			port);
	for(unsigned i = 0; i < count; i++)
		fprintf(file,
				"ConnectPeer = \"%s\" { ConnectTo = \"127.0.0.1\"; Port = %u; "
				"No_TLS; };\n",
				peers[i]->name, peers[i]->port);
	return fclose(file);
}
