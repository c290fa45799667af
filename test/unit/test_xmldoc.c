/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents from the network: what is taken, what is refused and why, and that a refusal costs next to nothing. Nothing
 * is loaded and nothing is printed, whatever a document names.
 */
#include "unit.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ims/xmldoc.h"

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(struct span text)
{
	char *s = malloc(text.len ? text.len : 1);

	memcpy(s, text.s, text.len);
	return (struct span){s, text.len};
}

static enum xmldoc_error read_once(struct span text)
{
	struct span copy = exact(text);
	xmlDocPtr doc;
	enum xmldoc_error error = xmldoc_read(&doc, copy);

	ck_assert((error == XMLDOC_OK) == (doc != NULL));
	xmlFreeDoc(doc);
	free((char *)copy.s);
	return error;
}

static const struct
{
	struct span text;
	enum xmldoc_error error;
} documents[] = {
		{SPAN("<a/>"), XMLDOC_OK},
		{SPAN("\r\n <?xml version=\"1.0\"?>\n<a/>\r\n"), XMLDOC_OK},
		{SPAN("\xef\xbb\xbf<a/>"), XMLDOC_OK},
		{SPAN("<?xml version='1.0' encoding='utf-8'?><a>\xc3\xa4</a>"),
				XMLDOC_OK},
		{SPAN("<?xml version=\"1.0\" encoding = \"UTF8\"?><a/>"), XMLDOC_OK},
		{SPAN("<?xml version=\"1.0\" encoding=\"us-ascii\"?><a/>"), XMLDOC_OK},
		{SPAN("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\xe4</a>"),
				XMLDOC_OK},
		{SPAN("<a>&lt;&amp;&#65;<![CDATA[<b>]]></a>"), XMLDOC_OK},
		{SPAN("<x:a/>"), XMLDOC_OK}, /* an unbound prefix is well-formed */
		{SPAN("<a xmlns='urn:x' b='1'/><!-- c --><?pi x?>"), XMLDOC_OK},
		/* not well-formed */
		{SPAN("<?xml version=\"1.0\" encoding=\"\"?><a/>"), XMLDOC_MALFORMED},
		{SPAN("<?xml version=\"1.0\" encoding?><a/>"), XMLDOC_MALFORMED},
		{SPAN(""), XMLDOC_MALFORMED},
		{SPAN("hello"), XMLDOC_MALFORMED},
		{SPAN("<"), XMLDOC_MALFORMED},
		{SPAN("<a>"), XMLDOC_MALFORMED},
		{SPAN("<a></b>"), XMLDOC_MALFORMED},
		{SPAN("<a/><a/>"), XMLDOC_MALFORMED},
		{SPAN("<a/>x"), XMLDOC_MALFORMED},
		{SPAN("<a b=c/>"), XMLDOC_MALFORMED},
		{SPAN("<a b='1' b='2'/>"), XMLDOC_MALFORMED},
		{SPAN("<a>&x;</a>"), XMLDOC_MALFORMED},
		{SPAN("<a>m=1&n=2</a>"), XMLDOC_MALFORMED},
		{SPAN("<a>\x01</a>"), XMLDOC_MALFORMED},
		{SPAN("<a>\0</a>"), XMLDOC_MALFORMED},
		{SPAN("<a>\xe4</a>"), XMLDOC_MALFORMED},
		/* encodings */
		{SPAN("<?xml version=\"1.0\" encoding=\"EBCDIC\"?><a/>"),
				XMLDOC_ENCODING},
		{SPAN("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>"),
				XMLDOC_ENCODING},
		{SPAN("<?xml version=\"1.0\" encoding=\"ISO-2022-CN-EXT\"?><a/>"),
				XMLDOC_ENCODING},
		{SPAN("<?xml version=\"1.0\" encoding=\"SHIFT_JIS\"?><a/>"),
				XMLDOC_ENCODING},
		{SPAN("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"),
				XMLDOC_ENCODING},
		{SPAN("\xff\xfe<\0a\0/\0>\0"), XMLDOC_MALFORMED},
		{SPAN("\xfe\xff\0<\0a\0/\0>"), XMLDOC_MALFORMED},
		{SPAN("<\0a\0/\0>\0"), XMLDOC_MALFORMED},
		{SPAN("\x4c\x6f\xa7\x94"), XMLDOC_MALFORMED},
		/* a document type, whatever it says */
		{SPAN("<!DOCTYPE a><a/>"), XMLDOC_DOCTYPE},
		{SPAN("<!DOCTYPE a []><a/>"), XMLDOC_DOCTYPE},
		{SPAN("<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/a.dtd\"><a/>"),
				XMLDOC_DOCTYPE},
		{SPAN("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
			  "<a>&x;</a>"),
				XMLDOC_DOCTYPE},
		{SPAN("<!DOCTYPE a [<!ENTITY % x SYSTEM \"/etc/hostname\">%x;]><a/>"),
				XMLDOC_DOCTYPE},
		{SPAN("<?xml version=\"1.0\"?><!-- c --><!DOCTYPE a [<!ENTITY x 'y'>]>"
			  "<a>&x;</a>"),
				XMLDOC_DOCTYPE},
		{SPAN("<a><!DOCTYPE a></a>"), XMLDOC_DOCTYPE},
		{SPAN("<?xml version=\"1.0\" x?><!DOCTYPE a><a/>"), XMLDOC_DOCTYPE},
		{SPAN("<<!DOCTYPE a><a/>"), XMLDOC_DOCTYPE},
		{SPAN("<!doctype a><a/>"), XMLDOC_MALFORMED},
};

START_TEST(document)
{
	ck_assert_str_eq(xmldoc_error_name(read_once(documents[_i].text)),
			xmldoc_error_name(documents[_i].error));
}
END_TEST

#define MEGABYTE (1024 * 1024)

/* Documents made to cost time or memory; each into a buffer of a megabyte, returns its length. */
typedef size_t make_document(char *out);

static size_t repeat(char *out, const char *piece, int times)
{
	size_t len = strlen(piece);
	int i;

	for(i = 0; i < times; i++)
		memcpy(out + (size_t)i * len, piece, len);
	return len * (size_t)times;
}

static size_t make_depth(char *out, int depth)
{
	size_t n = repeat(out, "<a>", depth);

	return n + repeat(out + n, "</a>", depth);
}

static size_t deepest(char *out)
{
	return make_depth(out, XMLDOC_MAX_DEPTH);
}

static size_t too_deep(char *out)
{
	return make_depth(out, XMLDOC_MAX_DEPTH + 1);
}

static size_t levels_10000(char *out)
{
	return make_depth(out, 10000);
}

static size_t levels_9000(char *out)
{
	return make_depth(out, 9000); /* within the size */
}

static size_t open_levels(char *out)
{
	return repeat(out, "<a>", XMLDOC_MAX_OCTETS / 3);
}

static size_t megabyte(char *out)
{
	size_t n = (size_t)sprintf(out, "<a>");

	memset(out + n, 'x', MEGABYTE - n - 4);
	memcpy(out + MEGABYTE - 4, "</a>", 4);
	return MEGABYTE;
}

static size_t biggest(char *out)
{
	size_t n = (size_t)sprintf(out, "<a>");

	memset(out + n, 'x', XMLDOC_MAX_OCTETS - n - 4);
	memcpy(out + XMLDOC_MAX_OCTETS - 4, "</a>", 4);
	return XMLDOC_MAX_OCTETS;
}

/* ten times ten times ... "lol" */
static size_t entity_bomb(char *out)
{
	size_t n = (size_t)sprintf(
			out, "<?xml version=\"1.0\"?><!DOCTYPE z [<!ENTITY a0 \"lol\">");
	int i, j;

	for(i = 1; i < 10; i++) {
		n += (size_t)sprintf(out + n, "<!ENTITY a%d \"", i);
		for(j = 0; j < 10; j++)
			n += (size_t)sprintf(out + n, "&a%d;", i - 1);
		n += (size_t)sprintf(out + n, "\">");
	}
	return n + (size_t)sprintf(out + n, "]><z>&a9;</z>");
}

static size_t make_attributes(char *out, int count)
{
	size_t n = (size_t)sprintf(out, "<a");
	int i;

	for(i = 0; i < count; i++)
		n += (size_t)sprintf(out + n, " a%x=\"\"", i);
	return n + (size_t)sprintf(out + n, "/>");
}

static size_t few_attributes(char *out)
{
	return make_attributes(out, 256);
}

static size_t many_attributes(char *out)
{
	return make_attributes(out, 7000);
}

static size_t namespaces(char *out)
{
	size_t n = 0;
	int i, j;

	for(i = 0; i < XMLDOC_MAX_DEPTH - 1; i++) {
		n += (size_t)sprintf(out + n, "<a");
		for(j = 0; j < 100; j++)
			n += (size_t)sprintf(out + n, " xmlns:n%d=\"u\"", 100 * i + j);
		n += (size_t)sprintf(out + n, ">");
	}
	n += repeat(out + n, "<n0:b/>", 1500);
	return n + repeat(out + n, "</a>", XMLDOC_MAX_DEPTH - 1);
}

static size_t siblings(char *out)
{
	size_t n = (size_t)sprintf(out, "<a>");

	n += repeat(out + n, "<b/>", (XMLDOC_MAX_OCTETS - 8) / 4);
	return n + (size_t)sprintf(out + n, "</a>");
}

/* A document full of errors: the piece over and over. */
static size_t errors(char *out, const char *before, const char *piece)
{
	size_t n = (size_t)sprintf(out, "%s", before);

	return n
		   + repeat(out + n, piece,
				   (int)((XMLDOC_MAX_OCTETS - n) / strlen(piece)));
}

static size_t hyphens(char *out)
{
	return errors(out, "<a><!--", "-");
}

static size_t ampersands(char *out)
{
	return errors(out, "<a>", "&");
}

static size_t ampersands_in_attribute(char *out)
{
	return errors(out, "<a b=\"", "&");
}

static size_t less_thans(char *out)
{
	return errors(out, "<a>", "<");
}

static size_t controls(char *out)
{
	return errors(out, "<a>", "\x01");
}

static size_t wrong_utf8(char *out)
{
	return errors(out, "<a>", "\xff");
}

static size_t section_ends(char *out)
{
	return errors(out, "<a>", "]]>");
}

static size_t end_tags(char *out)
{
	return errors(out, "<a>", "</b>");
}

static size_t same_attributes(char *out)
{
	return errors(out, "<a>", "<b c='' c=''/>");
}

static size_t unbound_prefixes(char *out)
{
	return errors(out, "<a>", "<x:b/>");
}

static size_t instructions(char *out)
{
	return errors(out, "<a>", "<?xml?>");
}

static size_t references(char *out)
{
	return errors(out, "<a>", "&x;");
}

static size_t less_than_marks(char *out)
{
	return errors(out, "<a>", "<!");
}

static const struct
{
	const char *what;
	make_document *make;
	enum xmldoc_error error;
} costly[] = {
		{"as deep as may be", deepest, XMLDOC_OK},
		{"one deeper", too_deep, XMLDOC_TOO_DEEP},
		{"9,000 levels", levels_9000, XMLDOC_TOO_DEEP},
		{"10,000 levels", levels_10000, XMLDOC_TOO_BIG},
		{"levels never closed", open_levels, XMLDOC_TOO_DEEP},
		{"as big as may be", biggest, XMLDOC_OK},
		{"1 MB", megabyte, XMLDOC_TOO_BIG},
		{"entity bomb", entity_bomb, XMLDOC_DOCTYPE},
		{"256 attributes", few_attributes, XMLDOC_OK},
		{"7,000 attributes", many_attributes, XMLDOC_TOO_BIG},
		{"3,000 namespaces", namespaces, XMLDOC_OK},
		{"16,000 siblings", siblings, XMLDOC_OK},
		{"hyphens in a comment", hyphens, XMLDOC_MALFORMED},
		{"ampersands", ampersands, XMLDOC_MALFORMED},
		{"ampersands in an attribute", ampersands_in_attribute,
				XMLDOC_MALFORMED},
		{"less than signs", less_thans, XMLDOC_MALFORMED},
		{"declarations that are none", less_than_marks, XMLDOC_MALFORMED},
		{"controls", controls, XMLDOC_MALFORMED},
		{"no UTF-8", wrong_utf8, XMLDOC_MALFORMED},
		{"ends of CDATA", section_ends, XMLDOC_MALFORMED},
		{"end tags", end_tags, XMLDOC_MALFORMED},
		{"the same attribute twice", same_attributes, XMLDOC_MALFORMED},
		{"prefixes without namespace", unbound_prefixes, XMLDOC_MALFORMED},
		{"XML declarations", instructions, XMLDOC_MALFORMED},
		{"references to nothing", references, XMLDOC_MALFORMED},
};

static long cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (long)t.tv_sec * 1000 + (long)(t.tv_nsec / 1000000);
}

START_TEST(cost)
{
	char *text = malloc(MEGABYTE);
	size_t len = costly[_i].make(text);
	long start = cpu_ms(), ms;
	enum xmldoc_error error = read_once((struct span){text, len});

	ms = cpu_ms() - start;
	ck_assert_msg(error == costly[_i].error, "%s: %s", costly[_i].what,
			xmldoc_error_name(error));
	ck_assert_msg(ms < LIMIT_MS, "%s: %ld ms", costly[_i].what, ms);
	free(text);
}
END_TEST

/* Standard output and error into a file while all documents are read: it stays empty. */
START_TEST(silence)
{
	FILE *seen = tmpfile();
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	size_t i;

	ck_assert_ptr_nonnull(seen);
	dup2(fileno(seen), STDOUT_FILENO);
	dup2(fileno(seen), STDERR_FILENO);
	for(i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		read_once(documents[i].text);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	ck_assert_int_eq(lseek(fileno(seen), 0, SEEK_END), 0);
	fclose(seen);
	close(out);
	close(err);
}
END_TEST

static int loads;

static xmlParserInputPtr count_load(
		const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	loads++;
	return NULL;
}

/* The tables of iconv are shared objects: the process has none mapped. */
static bool has_tables(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[1024];
	bool found = false;

	ck_assert_ptr_nonnull(maps);
	while(fgets(line, sizeof(line), maps))
		found = found || strstr(line, "/gconv/");
	fclose(maps);
	return found;
}

START_TEST(nothing_is_loaded)
{
	xmlExternalEntityLoader before = xmlGetExternalEntityLoader();
	size_t i;

	xmlSetExternalEntityLoader(count_load);
	for(i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		read_once(documents[i].text);
	xmlSetExternalEntityLoader(before);
	ck_assert_int_eq(loads, 0);
	ck_assert(!has_tables());
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("xmldoc");
	TCase *tests = tcase_create("xmldoc");
	int status;

	xmldoc_init();
	tcase_add_loop_test(tests, document, 0, COUNT(documents));
	tcase_add_loop_test(tests, cost, 0, COUNT(costly));
	tcase_add_test(tests, silence);
	tcase_add_test(tests, nothing_is_loaded);
	suite_add_tcase(suite, tests);
	status = unit_run(suite);
	xmldoc_cleanup();
	return status;
}
