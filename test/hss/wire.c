/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Connections found by their descriptors: see wire.h.
 */
#include "wire.h"

#include <dirent.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

static bool is_connection(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	int type;
	socklen_t type_len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0
		   && type == SOCK_STREAM
		   && getpeername(fd, (struct sockaddr *)&address, &len) == 0
		   && (address.ss_family == AF_INET || address.ss_family == AF_INET6);
}

static unsigned each(bool (*act)(int fd, const uint8_t *octets, size_t len),
		const uint8_t *octets, size_t len)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	unsigned count = 0;

	if(!folder)
		return 0;
	while((entry = readdir(folder))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if(fd > 2 && is_connection(fd))
			count += act(fd, octets, len);
	}
	closedir(folder);
	return count;
}

static bool cut(int fd, const uint8_t *octets, size_t len)
{
	(void)octets;
	(void)len;
	return shutdown(fd, SHUT_RDWR) == 0;
}

/* In one call, so that no message of libfdcore gets between. */
static bool send_all(int fd, const uint8_t *octets, size_t len)
{
	return send(fd, octets, len, MSG_NOSIGNAL) == (ssize_t)len;
}

unsigned wire_cut(void)
{
	return each(cut, NULL, 0);
}

unsigned wire_send(const uint8_t *octets, size_t len)
{
	return each(send_all, octets, len);
}
