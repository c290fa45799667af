/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The fields of a subscriber, read and shown: see data_fields.h.
 */
#include "data_fields.h"

#define WORDS_MAX 8
#define BLANKS " \t\r\n"

struct field
{
	const char *name;
	int (*set)(const struct field *, struct subscriber *, char **words,
			size_t count);
	size_t offset;
	size_t size; /* of one value */
	size_t most; /* how many values, or lines of a list */
};

static char *member(const struct field *field, struct subscriber *s, size_t i)
{
	return (char *)s + field->offset + i * field->size;
}

static int copy_word(char *out, size_t size, const char *word)
{
	return snprintf(out, size, "%s", word) < (int)size ? 0 : -1;
}

/* As many strings in a row as the field has. */
static int set_texts(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	if(count > field->most)
		return -1;
	memset(member(field, s, 0), 0, field->size * field->most);
	for(size_t i = 0; i < count; i++)
		if(copy_word(member(field, s, i), field->size, words[i]))
			return -1;
	return 0;
}

/* One more of a list; without a value the list is emptied. */
static int add_text(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	if(count == 0) {
		memset(member(field, s, 0), 0, field->size * field->most);
		return 0;
	}
	for(size_t i = 0; count == 1 && i < field->most; i++)
		if(*member(field, s, i) == '\0')
			return copy_word(member(field, s, i), field->size, words[0]);
	return -1;
}

static int set_flag(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	*(bool *)member(field, s, 0) = count > 0 && strcmp(words[0], "0") != 0;
	return 0;
}

static int set_number(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	*(uint32_t *)member(field, s, 0) =
			count > 0 ? (uint32_t)strtoul(words[0], NULL, 0) : 0;
	return 0;
}

static int set_gw_number(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	s->gw_fixed = count == 2 && strcmp(words[1], "fixed") == 0;
	if(count == 2 && !s->gw_fixed)
		return -1;
	return set_texts(field, s, words, count > 0 ? 1 : 0);
}

static int set_gw_host(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	(void)field;
	return copy_word(s->gw_host, sizeof(s->gw_host), count > 0 ? words[0] : "")
		   || copy_word(
				   s->gw_realm, sizeof(s->gw_realm), count > 1 ? words[1] : "");
}

/* "NAME REALM [NUMBER]", or for the MSC, which has no name, "NUMBER" */
static int set_node(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	struct node *node = (struct node *)member(field, s, 0);
	int absent = node->absent;

	*node = (struct node){.absent = absent};
	if(count == 0)
		return 0;
	if(count == 1)
		return copy_word(node->number, sizeof(node->number), words[0]);
	return copy_word(node->name, sizeof(node->name), words[0])
		   || copy_word(node->realm, sizeof(node->realm), words[1])
		   || copy_word(node->number, sizeof(node->number),
				   count > 2 ? words[2] : "");
}

static int set_absent(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	static const enum node_kind order[] = {NODE_MME, NODE_MSC, NODE_SGSN};

	(void)field;
	if(count > NODES)
		return -1;
	for(size_t i = 0; i < NODES; i++)
		s->nodes[order[i]].absent = i < count && strcmp(words[i], "-") != 0
											? (int)strtol(words[i], NULL, 10)
											: -1;
	return 0;
}

static int set_tads(const struct field *field, struct subscriber *s,
		char **words, size_t count)
{
	(void)field;
	return copy_word(s->tads_support, sizeof(s->tads_support),
				   count > 0 ? words[0] : "")
		   || copy_word(
				   s->tads_rat, sizeof(s->tads_rat), count > 1 ? words[1] : "")
		   || copy_word(s->tads_active, sizeof(s->tads_active),
				   count > 2 ? words[2] : "");
}

#define AT(member) offsetof(struct subscriber, member)
#define SIZE(member) sizeof(((struct subscriber *)0)->member)

static const struct field fields[] = {
		{"imsi", set_texts, AT(imsi), SIZE(imsi), 1},
		{"msisdn", set_texts, AT(msisdn), SIZE(msisdn), 1},
		{"impi", set_texts, AT(impi), SIZE(impi), 1},
		{"impu", add_text, AT(impus), SIZE(impus[0]), IMPUS_MAX},
		{"external", set_texts, AT(external), SIZE(external), 1},
		{"state", set_texts, AT(state), SIZE(state), 1},
		{"scscf", set_texts, AT(scscf), SIZE(scscf), 1},
		{"sc-address", set_texts, AT(sc_address), SIZE(sc_address), 1},
		{"ip-sm-gw-number", set_gw_number, AT(gw_number), SIZE(gw_number), 1},
		{"ip-sm-gw-host", set_gw_host, 0, 0, 0},
		{"mme", set_node, AT(nodes[NODE_MME]), 0, 0},
		{"sgsn", set_node, AT(nodes[NODE_SGSN]), 0, 0},
		{"msc", set_node, AT(nodes[NODE_MSC]), 0, 0},
		{"absent", set_absent, 0, 0, 0},
		{"tads", set_tads, 0, 0, 0},
		{"mwd", add_text, AT(mwd), SIZE(mwd[0]), MWD_MAX},
		{"mwd-status", set_number, AT(mwd_status), 0, 0},
		{"alert-msisdn", set_texts, AT(alert_msisdn), SIZE(alert_msisdn), 1},
		{"barred", set_flag, AT(barred), 0, 0},
		{"not-subscribed", set_flag, AT(not_subscribed), 0, 0},
};

void fields_init(struct subscriber *subscriber)
{
	memset(subscriber, 0, sizeof(*subscriber));
	for(size_t i = 0; i < NODES; i++)
		subscriber->nodes[i].absent = -1;
}

int fields_set(struct subscriber *subscriber, char *line)
{
	char *words[WORDS_MAX], *rest = NULL;
	char *name = strtok_r(line, BLANKS, &rest);
	size_t count = 0;
	char *word;

	if(!name)
		return -1;
	while((word = strtok_r(NULL, BLANKS, &rest))) {
		if(count == WORDS_MAX)
			return -1;
		words[count++] = word;
	}
	for(size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if(strcmp(fields[i].name, name) == 0)
			return fields[i].set(&fields[i], subscriber, words, count);
	return -1;
}

bool node_present(const struct node *node)
{
	return node->name[0] != '\0' || node->number[0] != '\0';
}

void data_show(FILE *out, const struct subscriber *s)
{
	const char *separator = "";

	fprintf(out,
			"imsi=%s msisdn=%s state=%s ip-sm-gw-number=%s ip-sm-gw-host=%s "
			"ip-sm-gw-realm=%s mwd-status=%u mwd=",
			s->imsi, s->msisdn, s->state, s->gw_number, s->gw_host, s->gw_realm,
			s->mwd_status);
	for(size_t i = 0; i < MWD_MAX; i++)
		if(s->mwd[i][0]) {
			fprintf(out, "%s%s", separator, s->mwd[i]);
			separator = ",";
		}
	fprintf(out, " subscriptions=");
	separator = "";
	for(size_t i = 0; i < SUBSCRIPTIONS_MAX; i++)
		if(s->subscriptions[i].host[0]) {
			fprintf(out, "%s%s:%u", separator, s->subscriptions[i].host,
					s->subscriptions[i].reference);
			separator = ",";
		}
}
