/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The store of subscribers, with a hash over their identities: see data.h.
 */
#include "data.h"

#include "data_fields.h"

#define DENIED_MAX 8
#define LINE_SIZE 1024

struct index_entry
{
	enum identity_kind kind;
	const char *text;
	size_t subscriber;
	size_t next; /* 1 + entry of the same bucket, 0: the last */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct subscriber *subscribers;
static size_t subscriber_count;
static size_t subscriber_places;
static char denied[DENIED_MAX][IDENTITY_MAX];
static struct manner manner;
static struct index_entry *entries;
static size_t entry_count;
static size_t *buckets; /* 1 + entry, 0: empty */
static size_t bucket_count;

static size_t bucket_of(enum identity_kind kind, const char *text)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)kind;

	for(; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 1099511628211u;
	return (size_t)(hash % bucket_count);
}

static void index_one(
		enum identity_kind kind, const char *text, size_t subscriber)
{
	size_t bucket;

	if(*text == '\0')
		return;
	bucket = bucket_of(kind, text);
	entries[entry_count] =
			(struct index_entry){kind, text, subscriber, buckets[bucket]};
	buckets[bucket] = ++entry_count;
}

static int index_all(void)
{
	size_t per_subscriber = IMPUS_MAX + 4;

	free(entries);
	free(buckets);
	entry_count = 0;
	bucket_count = subscriber_count * 4 + 1;
	entries = calloc(subscriber_count * per_subscriber + 1, sizeof(entries[0]));
	buckets = calloc(bucket_count, sizeof(buckets[0]));
	if(!entries || !buckets)
		return -1;
	for(size_t i = 0; i < subscriber_count; i++) {
		const struct subscriber *s = &subscribers[i];

		index_one(BY_IMSI, s->imsi, i);
		index_one(BY_MSISDN, s->msisdn, i);
		index_one(BY_IMPI, s->impi, i);
		index_one(BY_EXTERNAL, s->external, i);
		for(size_t k = 0; k < IMPUS_MAX; k++)
			index_one(BY_IMPU, s->impus[k], i);
	}
	return 0;
}

static struct subscriber *find_kind(
		enum identity_kind kind, const char *identity)
{
	size_t place = buckets[bucket_of(kind, identity)];

	while(place) {
		const struct index_entry *e = &entries[place - 1];

		if(e->kind == kind && strcmp(e->text, identity) == 0)
			return &subscribers[e->subscriber];
		place = e->next;
	}
	return NULL;
}

struct subscriber *data_find(int kinds, const char *identity)
{
	for(int kind = BY_IMPU; kind <= BY_IMPI; kind <<= 1) {
		struct subscriber *found =
				kinds & kind ? find_kind(kind, identity) : NULL;

		if(found)
			return found;
	}
	return NULL;
}

static int new_subscriber(void)
{
	if(subscriber_count == subscriber_places) {
		size_t places = 2 * subscriber_places + 16;
		struct subscriber *more =
				realloc(subscribers, places * sizeof(subscribers[0]));

		if(!more)
			return -1;
		subscribers = more;
		subscriber_places = places;
	}
	fields_init(&subscribers[subscriber_count++]);
	return 0;
}

static int deny(const char *host)
{
	for(size_t i = 0; i < DENIED_MAX; i++)
		if(denied[i][0] == '\0') {
			snprintf(denied[i], sizeof(denied[i]), "%s", host);
			return 0;
		}
	return -1;
}

/* A line before the first subscriber. 0, or -1: it is none of them. */
static int load_manner(const char *line)
{
	char word[IDENTITY_MAX];
	unsigned reference;

	if(sscanf(line, "deny %255s", word) == 1)
		return deny(word);
	if(sscanf(line, "refuse %u", &reference) == 1 && reference < 64)
		manner.refused |= UINT64_C(1) << reference;
	else if(strncmp(line, "featureless", 11) == 0)
		manner.featureless = true;
	else if(strncmp(line, "shape pyhss", 11) == 0)
		manner.featureless = manner.pyhss = true;
	else
		return -1;
	return 0;
}

static int load_line(char *line)
{

	line[strcspn(line, "#\n")] = '\0';
	if(line[strspn(line, " \t")] == '\0')
		return 0;
	if(strncmp(line, "subscriber", 10) == 0)
		return new_subscriber();
	if(subscriber_count == 0)
		return load_manner(line);
	return fields_set(&subscribers[subscriber_count - 1], line);
}

int data_load(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[LINE_SIZE], copy[LINE_SIZE];
	unsigned number = 0;
	int result = 0;

	if(!file) {
		LOG_E("test_hss: %s: %s", path, strerror(errno));
		return -1;
	}
	while(result == 0 && fgets(line, sizeof(line), file)) {
		number++;
		snprintf(copy, sizeof(copy), "%s", line);
		result = load_line(line);
	}
	fclose(file);
	if(result) {
		LOG_E("test_hss: %s:%u: not understood: %s", path, number, copy);
		return -1;
	}
	return index_all();
}

void data_free(void)
{
	free(subscribers);
	free(entries);
	free(buckets);
	subscribers = NULL;
	entries = NULL;
	buckets = NULL;
	subscriber_count = 0;
	subscriber_places = 0;
}

void data_lock(void)
{
	pthread_mutex_lock(&lock);
}

void data_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

bool data_denied(const char *host)
{
	for(size_t i = 0; i < DENIED_MAX; i++)
		if(denied[i][0] && strcasecmp(denied[i], host) == 0)
			return true;
	return false;
}

const struct manner *data_manner(void)
{
	return &manner;
}

int data_set(struct subscriber *subscriber, char *line)
{
	return fields_set(subscriber, line) || index_all() ? -1 : 0;
}
