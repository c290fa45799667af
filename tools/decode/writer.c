/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two output forms of writer.h: JSON (RFC 8259) and indented lines.
 */
#include "writer.h"

#include <string.h>

#define INDENT 2
#define KEY_WIDTH 12

static void quoted(FILE *out, const char *s, size_t len)
{
	static const char named[] = "\b\f\n\r\t\"\\";
	static const char letter[] = "bfnrt\"\\";

	putc('"', out);
	for(size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *found = c ? strchr(named, c) : NULL;

		if(found)
			fprintf(out, "\\%c", letter[found - named]);
		else if(c < 0x20 || c == 0x7F)
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

/* What stands before a value: the comma and the key, or the indented key. */
static void start(struct writer *w, const char *key)
{
	if(w->text) {
		fprintf(w->out, "%*s%-*s ", INDENT * (w->depth - 1), "", KEY_WIDTH,
				key ? key : "-");
	} else {
		if(w->has_item)
			putc(',', w->out);
		if(key) {
			quoted(w->out, key, strlen(key));
			putc(':', w->out);
		}
	}
	w->has_item = true;
}

static void end_value(struct writer *w)
{
	if(w->text)
		putc('\n', w->out);
}

static void open_nested(struct writer *w, const char *key, char bracket)
{
	if(!w->text) {
		if(w->depth > 0)
			start(w, key);
		putc(bracket, w->out);
	} else if(w->depth > 0) {
		fprintf(w->out, "%*s%s\n", INDENT * (w->depth - 1), "",
				key ? key : "-");
	}
	w->depth++;
	w->has_item = false;
}

static void close_nested(struct writer *w, char bracket)
{
	w->depth--;
	w->has_item = w->depth > 0;
	if(!w->text)
		putc(bracket, w->out);
	if(w->depth == 0)
		putc('\n', w->out);
}

void write_object(struct writer *w, const char *key)
{
	open_nested(w, key, '{');
}

void write_array(struct writer *w, const char *key)
{
	open_nested(w, key, '[');
}

void write_end_object(struct writer *w)
{
	close_nested(w, '}');
}

void write_end_array(struct writer *w)
{
	close_nested(w, ']');
}

void write_null(struct writer *w, const char *key)
{
	start(w, key);
	fputs(w->text ? "-" : "null", w->out);
	end_value(w);
}

void write_bool(struct writer *w, const char *key, bool value)
{
	start(w, key);
	if(w->text)
		fputs(value ? "yes" : "no", w->out);
	else
		fputs(value ? "true" : "false", w->out);
	end_value(w);
}

void write_number(struct writer *w, const char *key, long value)
{
	start(w, key);
	fprintf(w->out, "%ld", value);
	end_value(w);
}

void write_code(
		struct writer *w, const char *key, unsigned value, const char *name)
{
	start(w, key);
	fprintf(w->out, "%u", value);
	if(w->text && name)
		fprintf(w->out, " (%s)", name);
	end_value(w);
}

void write_word(struct writer *w, const char *key, const char *value)
{
	start(w, key);
	if(w->text)
		fputs(value, w->out);
	else
		quoted(w->out, value, strlen(value));
	end_value(w);
}

void write_string(
		struct writer *w, const char *key, const char *value, size_t len)
{
	start(w, key);
	quoted(w->out, value, len);
	end_value(w);
}

void write_hex(
		struct writer *w, const char *key, const uint8_t *value, size_t len)
{
	start(w, key);
	if(!w->text)
		putc('"', w->out);
	for(size_t i = 0; i < len; i++)
		fprintf(w->out, "%02x", value[i]);
	if(!w->text)
		putc('"', w->out);
	end_value(w);
}
