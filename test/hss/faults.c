/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Planned faults: see faults.h.
 */
#include "faults.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

#define PLANS_MAX 64
#define BLANKS " \t\r\n"

struct plan
{
	uint32_t command; /* 0: all */
	uint32_t left;	  /* 0: until the reset */
	struct fault fault;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct plan plans[PLANS_MAX];
static size_t plan_count;

static const struct
{
	const char *name;
	size_t offset;
	bool has_number;
} words[] = {
		{"result", offsetof(struct fault, result), true},
		{"experimental", offsetof(struct fault, experimental), true},
		{"delay", offsetof(struct fault, delay), true},
		{"late", offsetof(struct fault, delay), true},
		{"silence", offsetof(struct fault, silence), false},
		{"unknown-avp", offsetof(struct fault, unknown_avp), false},
		{"garbage", offsetof(struct fault, garbage), false},
		{"no-session", offsetof(struct fault, no_session), false},
		{"disconnect", offsetof(struct fault, disconnect), false},
};

static int read_number(uint32_t *out, const char *word)
{
	char *end;

	if(!word || *word < '0' || *word > '9')
		return -1;
	*out = (uint32_t)strtoul(word, &end, 10);
	return *end ? -1 : 0;
}

static int read_word(struct fault *out, const char *word, char **rest)
{
	for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		void *member = (char *)out + words[i].offset;

		if(strcmp(words[i].name, word) != 0)
			continue;
		if(words[i].has_number)
			return read_number(member, strtok_r(NULL, BLANKS, rest));
		*(bool *)member = true;
		return 0;
	}
	return -1;
}

static int read_plan(struct plan *out, char *line)
{
	char *rest = NULL;
	const char *command = strtok_r(line, BLANKS, &rest);
	const char *count = strtok_r(NULL, BLANKS, &rest);
	const char *word = strtok_r(NULL, BLANKS, &rest);

	memset(out, 0, sizeof(*out));
	if(!command || !word || read_number(&out->left, count))
		return -1;
	if(strcmp(command, "all") != 0 && !(out->command = command_code(command)))
		return -1;
	for(; word; word = strtok_r(NULL, BLANKS, &rest))
		if(read_word(&out->fault, word, &rest))
			return -1;
	return 0;
}

int faults_plan(char *line)
{
	struct plan plan;
	int result = read_plan(&plan, line);

	if(result)
		return result;
	pthread_mutex_lock(&lock);
	if(plan_count < PLANS_MAX)
		plans[plan_count++] = plan;
	else
		result = -1;
	pthread_mutex_unlock(&lock);
	return result;
}

static void forget(size_t i)
{
	plan_count--;
	memmove(&plans[i], &plans[i + 1], (plan_count - i) * sizeof(plans[0]));
}

void faults_take(struct fault *out, uint32_t command)
{
	memset(out, 0, sizeof(*out));
	pthread_mutex_lock(&lock);
	for(size_t i = 0; i < plan_count; i++) {
		if(plans[i].command && plans[i].command != command)
			continue;
		*out = plans[i].fault;
		if(plans[i].left && --plans[i].left == 0)
			forget(i);
		break;
	}
	pthread_mutex_unlock(&lock);
}

void faults_reset(void)
{
	pthread_mutex_lock(&lock);
	plan_count = 0;
	pthread_mutex_unlock(&lock);
}
