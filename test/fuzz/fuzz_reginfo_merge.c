/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as a reg event document that changes a record of the registry. Whatever it says, the record that
 * comes of it is one that the registry takes, it keeps what a document cannot know, and a stranger's identity never is in it.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "flow/reginfo_merge.h"
#include "ims/identity.h"

#define NOW 1700000000

static const struct span stranger = {"sip:stranger@ims.test", 21};

static bool may_join(struct span impu, void *arg)
{
	(void)arg;
	return !identity_same(impu, stranger);
}

static void put_first(void)
{
	struct registration reg;
	struct registry_put_info put;

	memset(&reg, 0, sizeof(reg));
	reg.impus = 2;
	reg.impu[0] = (struct span){"sip:alice@ims.test", 18};
	reg.impu[1] = (struct span){"sip:001010000000101@ims.test", 28};
	reg.imsi = (struct span){"001010000000101", 15};
	reg.contacts = 1;
	reg.contact[0].uri = (struct span){"sip:alice@127.0.0.1:24072", 25};
	reg.state.expires_at = NOW + 60;
	assert(registry_put(&put, NULL, &reg, NOW) >= 0);
}

/* The merged record goes into the registry. false: it is at its end. */
static bool merge(const struct reginfo *info)
{
	static struct registration before, after;
	struct registry_put_info put;
	enum reginfo_verdict verdict;
	unsigned i;

	assert(registry_get(&before, (struct span){"001010000000101", 15}, NOW)
			== REGISTRY_OK);
	verdict = reginfo_merge(&after, &before, info, NOW, may_join, NULL);
	if(verdict == REGINFO_ENDS)
		return false;
	if(verdict == REGINFO_SAYS_NOTHING)
		return true;
	assert(after.impus > 0 && after.impus <= REGISTRATION_IMPUS_MAX);
	assert(after.contacts <= REGISTRATION_CONTACTS_MAX);
	assert(after.state.expires_at >= before.state.expires_at);
	for(i = 0; i < after.impus; i++)
		assert(!identity_same(after.impu[i], stranger));
	assert(registry_put(&put, NULL, &after, NOW) >= 0);
	return true;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct registry_options options = {.max = 16};

	(void)argc, (void)argv;
	return registry_init(&options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reginfo info;
	static char text[REGINFO_TEXT];

	if(reginfo_parse(&info, text, sizeof(text),
			   (struct span){(const char *)data, size})
			!= XMLDOC_OK)
		return 0;
	put_first();
	if(merge(&info)) {
		/* the same once more, as a partial one: it meets what it made */
		info.full = false;
		merge(&info);
	}
	registry_remove(NULL, (struct span){"001010000000101", 15}, 0);
	return 0;
}
