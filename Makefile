# SPDX-License-Identifier: GPL-2.0-or-later
#
# ipsmgw: everything is driven from here. `make` alone lists the targets.

BUILD ?= build
MODULE_DIR := modules/ipsmgw
KAMAILIO_SRC := $(abspath $(BUILD))/kamailio-src
FUZZ_SECONDS ?= 5

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
CFLAGS ?= -O2 -g
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CPPFLAGS_OWN := -I$(MODULE_DIR) -DIPSMGW_STANDALONE

CODEC_SRC := $(wildcard $(MODULE_DIR)/codec/*.c)
# the registry without its database: Kamailio only through platform.h, the C library in its place with IPSMGW_STANDALONE
REGISTRY_SRC := $(filter-out $(wildcard $(MODULE_DIR)/registry/store*.c),$(wildcard $(MODULE_DIR)/registry/*.c)) $(MODULE_DIR)/store/row_text.c
# libxml2 reads the bodies in ims/; the codec and the decoder do without
XML_CFLAGS := $(shell pkg-config --cflags libxml-2.0)
XML_LIBS := $(shell pkg-config --libs libxml-2.0)
# of the Diameter side what knows no freeDiameter: the slots between Kamailio and the Diameter process, and what serves it
SLOTS_SRC := $(addprefix $(MODULE_DIR)/diameter/,slots.c slots_end.c slots_view.c)
SLOTS_HDR := $(addprefix $(MODULE_DIR)/diameter/,message.h slots.h slots_layout.h)
DIAMETER_PLAIN_SRC := $(SLOTS_SRC) $(addprefix $(MODULE_DIR)/diameter/,duplicates.c tbcd.c)
DIAMETER_PLAIN_HDR := $(SLOTS_HDR) $(addprefix $(MODULE_DIR)/diameter/,duplicates.h tbcd.h)
# of what reads the HSS the same: what is kept of it, and its documents
HSS_PLAIN_SRC := $(addprefix $(MODULE_DIR)/hss/,cache.c document.c)
HSS_PLAIN_HDR := $(addprefix $(MODULE_DIR)/hss/,cache.h document.h read.h hss.h question.h) $(MODULE_DIR)/diameter/codes.h
# of the flow the tables and rules, with memory and locks as the registry has them
DELIVERY_SRC := $(addprefix $(MODULE_DIR)/flow/,delivery.c delivery_queue.c delivery_report.c delivery_send.c due_queue.c)
FLOW_PLAIN_SRC := $(addprefix $(MODULE_DIR)/flow/,cause_map.c delivery_row.c mt_outcome.c mt_repeat.c reginfo_merge.c submitted_table.c) $(DELIVERY_SRC)
FLOW_PLAIN_HDR := $(addprefix $(MODULE_DIR)/flow/,cause_map.h delivery.h delivery_row.h delivery_table.h due_queue.h mt_outcome.h mt_repeat.h reginfo_merge.h submitted_table.h)
# what needs no Kamailio and no freeDiameter, and so is tested and fuzzed on its own
PLAIN_SRC := $(CODEC_SRC) $(wildcard $(MODULE_DIR)/ims/*.c) $(REGISTRY_SRC) $(FLOW_PLAIN_SRC) $(DIAMETER_PLAIN_SRC) $(HSS_PLAIN_SRC)
PLAIN_HDR := $(wildcard $(MODULE_DIR)/codec/*.h $(MODULE_DIR)/ims/*.h $(MODULE_DIR)/registry/*.h) $(FLOW_PLAIN_HDR) $(DIAMETER_PLAIN_HDR) $(HSS_PLAIN_HDR)
PLAIN_HDR += $(MODULE_DIR)/store/row_text.h

.DEFAULT_GOAL := help
.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- set-up -----------------------------------------------------------------

.PHONY: deps
deps: ## install what is missing (apt) and fetch the headers of the installed Kamailio
	@tools/install-deps.sh
	@tools/kamailio-source.sh $(BUILD)

# --- build ------------------------------------------------------------------

.PHONY: module check-abi decode
module: deps $(BUILD)/ipsmgw.so ## build build/ipsmgw.so for the installed Kamailio

MODULE_SRC := $(wildcard $(MODULE_DIR)/*.[ch] $(MODULE_DIR)/*/*.[ch]) $(MODULE_DIR)/Makefile
$(BUILD)/ipsmgw.so: $(MODULE_SRC) $(KAMAILIO_SRC)/.ipsmgw-version
	@tools/build-module.sh $(BUILD)

$(KAMAILIO_SRC)/.ipsmgw-version:
	@tools/kamailio-source.sh $(BUILD)

check-abi: module ## compare the module's version and flags with the installed Kamailio
	@tools/check-abi.sh $(BUILD)/ipsmgw.so

decode: $(BUILD)/ipsmgw-decode ## build build/ipsmgw-decode, the command-line decoder

$(BUILD)/ipsmgw-decode: $(wildcard tools/decode/*.[ch]) $(CODEC_SRC) $(PLAIN_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(CPPFLAGS_OWN) -o $@ $(filter %.c,$^)

# --- tests ------------------------------------------------------------------

.SECONDARY:
.PHONY: test unit fuzz fuzz-short e2e lint
test: deps module check-abi decode lint unit fuzz-short diameter e2e ## set up, build and run every test

UNIT := $(patsubst test/unit/%.c,$(BUILD)/unit/%,$(wildcard test/unit/test_*.c))
RACES := $(patsubst test/unit/%.c,$(BUILD)/unit/%,$(wildcard test/unit/race_*.c))
unit: $(UNIT) $(RACES) $(BUILD)/unit/encode_samples $(BUILD)/unit/show_ims $(BUILD)/ipsmgw-decode ## unit tests (Check), with address and undefined sanitizers
	@test/unit/run.sh $(BUILD) $(UNIT) $(RACES)

# the plain layers once for all tests, and once for all fuzz targets, with the sanitizers
SANITIZED := $(PLAIN_SRC:$(MODULE_DIR)/%.c=$(BUILD)/sanitized/%.o)
FUZZED := $(PLAIN_SRC:$(MODULE_DIR)/%.c=$(BUILD)/fuzzed/%.o)
FUZZ_FLAGS := -O1 -g $(WARNINGS) $(SANITIZE)

$(BUILD)/sanitized/%.o: $(MODULE_DIR)/%.c $(PLAIN_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(SANITIZE) $(CPPFLAGS_OWN) $(XML_CFLAGS) -c -o $@ $<

$(BUILD)/fuzzed/%.o: $(MODULE_DIR)/%.c $(PLAIN_HDR)
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link $(CPPFLAGS_OWN) $(XML_CFLAGS) -c -o $@ $<

$(BUILD)/unit/%: test/unit/%.c $(wildcard test/unit/*.h) $(SANITIZED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(SANITIZE) $(CPPFLAGS_OWN) $(XML_CFLAGS) -Itest/unit -o $@ $< $(SANITIZED) \
		$(XML_LIBS) $$(pkg-config --cflags --libs check)

# what is of libfdcore, in a real one
DICTIONARY_SRC := $(MODULE_DIR)/diameter/dictionary.c $(MODULE_DIR)/diameter/dictionary_rows.c $(MODULE_DIR)/diameter/codes.c
DICTIONARY_HDR := $(MODULE_DIR)/diameter/dictionary.h $(MODULE_DIR)/diameter/dictionary_rows.h $(MODULE_DIR)/diameter/codes.h
$(BUILD)/unit/test_dictionary: test/unit/test_dictionary.c test/unit/unit.h $(DICTIONARY_SRC) $(DICTIONARY_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(SANITIZE) $(CPPFLAGS_OWN) -Itest/unit -o $@ $(filter %.c,$^) \
		-lfdcore -lfdproto -ldl $$(pkg-config --cflags --libs check)

COMMAND_SRC := $(DICTIONARY_SRC) $(addprefix $(MODULE_DIR)/diameter/,avp_read.c avp_write.c command.c s6c.c sh.c tbcd.c)
COMMAND_HDR := $(wildcard $(MODULE_DIR)/diameter/*.h) test/unit/diameter_core.h
$(BUILD)/unit/test_command: test/unit/test_command.c test/unit/unit.h $(COMMAND_SRC) $(COMMAND_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(SANITIZE) $(CPPFLAGS_OWN) -Itest/unit -o $@ $(filter %.c,$^) \
		-lfdcore -lfdproto $$(pkg-config --cflags --libs check)

$(BUILD)/fuzz/fuzz_diameter: test/fuzz/fuzz_diameter.c $(COMMAND_SRC) $(COMMAND_HDR)
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer $(CPPFLAGS_OWN) -Itest/unit -o $@ $(filter %.c,$^) -lfdcore -lfdproto

# threads, with the thread sanitizer, which does not go together with the others
REGISTRY_ALONE := $(REGISTRY_SRC) $(MODULE_DIR)/ims/identity.c $(MODULE_DIR)/ims/header.c
$(BUILD)/unit/race_%: test/unit/race_%.c $(wildcard test/unit/*.h) $(REGISTRY_ALONE) $(PLAIN_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -fsanitize=thread $(CPPFLAGS_OWN) -Itest/unit -o $@ $(filter %.c,$^) \
		$$(pkg-config --cflags --libs check)

$(BUILD)/unit/race_slots: test/unit/race_slots.c $(wildcard test/unit/*.h) $(SLOTS_SRC) $(SLOTS_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -fsanitize=thread $(CPPFLAGS_OWN) -Itest/unit -o $@ $(filter %.c,$^) \
		$$(pkg-config --cflags --libs check)

FUZZERS := $(patsubst test/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard test/fuzz/fuzz_*.c))
fuzz-short: $(FUZZERS) ## each fuzz target for FUZZ_SECONDS
	@test/fuzz/run.sh $(BUILD) $(FUZZ_SECONDS) $(FUZZERS)

fuzz: $(FUZZERS) ## each fuzz target for ten minutes
	@test/fuzz/run.sh $(BUILD) 600 $(FUZZERS)

$(BUILD)/fuzz/%: test/fuzz/%.c $(wildcard test/fuzz/*.h) $(FUZZED)
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer $(CPPFLAGS_OWN) -o $@ $< $(FUZZED) $(XML_LIBS)

e2e: module decode hss ## end-to-end tests against the packaged Kamailio
	@test/e2e/run.sh $(BUILD)

lint: deps ## clang-format, cppcheck, clang-tidy, layers, shellcheck, xmllint
	@tools/lint.sh $(BUILD)

# --- the HSS of the tests ---------------------------------------------------

.PHONY: hss
hss: $(BUILD)/hss/test_hss.fdx ## build the HSS of the tests, an extension for freeDiameterd

# HSS_SANITIZE=-fsanitize=address (or thread): then freeDiameterd wants the runtime in LD_PRELOAD
HSS_SRC := $(wildcard test/hss/*.c) $(DICTIONARY_SRC)
$(BUILD)/hss/test_hss.fdx: $(HSS_SRC) $(wildcard test/hss/*.h) $(DICTIONARY_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(HSS_SANITIZE) -fPIC -shared -pthread $(CPPFLAGS_OWN) -Itest/hss $(XML_CFLAGS) -o $@ $(filter %.c,$^) \
		-lfdcore -lfdproto $(XML_LIBS)

# --- the Diameter node --------------------------------------------------------

.PHONY: diameter
diameter: hss $(BUILD)/diameter/test_node_address $(BUILD)/diameter/test_node_thread ## the Diameter side alone against the HSS of the tests, with each sanitizer
	@test/diameter/run.sh $(BUILD) address thread

DIAMETER_SRC := $(wildcard $(MODULE_DIR)/diameter/*.c)
DIAMETER_HDR := $(wildcard $(MODULE_DIR)/diameter/*.h)
NODE_TEST := $(wildcard test/diameter/*.c) $(DIAMETER_SRC)
NODE_TEST_CC = $(CC) $(CFLAGS) $(WARNINGS) -pthread -D_GNU_SOURCE $(CPPFLAGS_OWN) -Itest/diameter
$(BUILD)/diameter/test_node_address: $(NODE_TEST) $(wildcard test/diameter/*.h) $(DIAMETER_HDR)
	@mkdir -p $(@D)
	$(NODE_TEST_CC) $(SANITIZE) -o $@ $(filter %.c,$^) -lfdcore -lfdproto $$(pkg-config --cflags --libs check)

$(BUILD)/diameter/test_node_thread: $(NODE_TEST) $(wildcard test/diameter/*.h) $(DIAMETER_HDR)
	@mkdir -p $(@D)
	$(NODE_TEST_CC) -fsanitize=thread -o $@ $(filter %.c,$^) -lfdcore -lfdproto $$(pkg-config --cflags --libs check)

# round trips by the gateway's Diameter side, or by libfdcore alone: its head says how
$(BUILD)/bench/diameter_client: test/bench/diameter_client.c test/diameter/gateway.c test/diameter/hss.c $(wildcard test/diameter/*.h) $(DIAMETER_SRC) $(DIAMETER_HDR)
	@mkdir -p $(@D)
	$(NODE_TEST_CC) -o $@ $(filter %.c,$^) -lfdcore -lfdproto

# --- use --------------------------------------------------------------------

.PHONY: run lab bench clean
run: module decode ## one text from a phone to a hub, shown as a ladder
	@test/e2e/show.sh $(BUILD)

lab: module ## the gateway alone in the foreground, for your own hub and S-CSCF
	@tools/lab.sh $(BUILD)

bench: module hss $(BUILD)/bench/codec_bench $(BUILD)/bench/registry_bench $(BUILD)/bench/mt_load $(BUILD)/bench/diameter_client ## speed next to a peer, as ratios
	@test/bench/run.sh $(BUILD)

$(BUILD)/bench/codec_bench: test/bench/codec_bench.c $(CODEC_SRC) $(PLAIN_HDR)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(CPPFLAGS_OWN) -o $@ $(filter %.c,$^) $$(pkg-config --cflags --libs libosmogsm)

$(BUILD)/bench/registry_bench: test/bench/registry_bench.c $(REGISTRY_ALONE) $(PLAIN_HDR) test/unit/registrations.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) $(CPPFLAGS_OWN) -Itest/unit -o $@ $(filter %.c,$^)

$(BUILD)/bench/mt_load: test/bench/mt_load.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -o $@ $<

clean: ## remove what was built (not the fetched Kamailio source)
	rm -rf $(BUILD)/obj $(BUILD)/sanitized $(BUILD)/fuzzed $(BUILD)/unit $(BUILD)/fuzz $(BUILD)/bench $(BUILD)/hss $(BUILD)/diameter $(BUILD)/run $(BUILD)/lab $(BUILD)/ipsmgw.so $(BUILD)/ipsmgw-decode
