/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS of the tests: an extension for freeDiameterd that answers Sh and S6c requests from a file of subscribers, writes
 * down all that comes, and does wrong what it is told to. LoadExtension = "test_hss.fdx" : "FILE"; FILE has lines "NAME
 * VALUE":
 *
 *     subscribers PATH    see data.h
 *     log PATH            see log.h
 *     control PATH        see control.h
 *
 * It listens on 127.0.0.1 alone and takes every peer, without TLS when no certificate is configured.
 *
 * A new command is a row of `handlers` and its function (answer.h); requests of our own are in push.c.
 */
#include <freeDiameter/extension.h>

#include "answer.h"
#include "control.h"
#include "delay.h"
#include "diameter/dictionary.h"
#include "log.h"

#define PATH_SIZE 256

static const struct
{
	uint32_t application;
	uint32_t command;
	answer_fn *fn;
} handlers[] = {
		{APPLICATION_SH, COMMAND_USER_DATA, answer_udr},
		{APPLICATION_SH, COMMAND_PROFILE_UPDATE, answer_pur},
		{APPLICATION_SH, COMMAND_SUBSCRIBE_NOTIFICATIONS, answer_snr},
		{APPLICATION_S6C, COMMAND_SEND_ROUTING_INFO_FOR_SM, answer_srr},
		{APPLICATION_S6C, COMMAND_REPORT_SM_DELIVERY_STATUS, answer_rdr},
};

struct paths
{
	char subscribers[PATH_SIZE];
	char log[PATH_SIZE];
	char control[PATH_SIZE];
};

static int read_paths(struct paths *out, const char *name)
{
	char key[32], value[PATH_SIZE];
	FILE *file = name ? fopen(name, "r") : NULL;

	memset(out, 0, sizeof(*out));
	if(!file) {
		LOG_E("test_hss: its file cannot be read");
		return EINVAL;
	}
	while(fscanf(file, "%31s %255s", key, value) == 2) {
		char *place = strcmp(key, "subscribers") == 0 ? out->subscribers
					  : strcmp(key, "log") == 0		  ? out->log
					  : strcmp(key, "control") == 0	  ? out->control
													  : NULL;

		if(place)
			memcpy(place, value, sizeof(value));
	}
	fclose(file);
	if(!out->subscribers[0] || !out->log[0] || !out->control[0]) {
		LOG_E("test_hss: its file lacks subscribers, log or control");
		return EINVAL;
	}
	return 0;
}

/* ListenOn cannot say it: libfdcore ignores loopback addresses there, and then listens everywhere. */
static int listen_on_loopback(void)
{
	struct sockaddr_in address = {
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};

	return fd_ep_add_merge(&fd_g_config->cnf_endpoints,
			(struct sockaddr *)&address, sizeof(address),
			EP_FL_CONF | EP_ACCEPTALL);
}

static int accept_peer(struct peer_info *info, int *authorized,
		int (**later)(struct peer_info *))
{
	(void)later;
	if(!fd_g_config->cnf_sec_data.cert_file)
		info->config.pic_flags.sec = PI_SEC_NONE;
	*authorized = 1;
	return 0;
}

static int register_handlers(void)
{
	int error = 0;

	for(size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]) && !error; i++)
		error = answer_register(
				handlers[i].application, handlers[i].command, handlers[i].fn);
	return error;
}

static int start(char *file)
{
	struct paths paths;
	int error = read_paths(&paths, file);

	if(!error && (dictionary_load() || data_load(paths.subscribers)))
		error = EINVAL;
	if(!error)
		error = listen_on_loopback();
	if(!error)
		error = fd_peer_validate_register(accept_peer);
	if(!error)
		error = log_start(paths.log);
	if(!error)
		error = delay_start();
	if(!error)
		error = register_handlers();
	if(!error)
		error = control_start(paths.control);
	if(error)
		LOG_E("test_hss: does not start: %s", strerror(error));
	return error;
}

/* libfdcore calls it when the extension is unloaded. */
void fd_ext_fini(void);
void fd_ext_fini(void)
{
	control_stop();
	delay_stop();
	log_stop();
	data_free();
}

EXTENSION_ENTRY("test_hss", start)
