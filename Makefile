# chat: make, make deps run, make deps check; see README.md.
# A BSD make stops here and says why; to GNU make these are names of nothing.
.DEFAULT_GOAL := all
.error this is a file for GNU make, which is called gmake where make is not it :

PREFIX	?= /usr/local
# Of the command line alone: in somebody's environment they are something else.
B	 = build
BIN	 = .
CC	?= cc
# Nothing unwinds a stack at run time; gdb has the tables of -g.
CFLAGS	?= -O2 -g -fno-asynchronous-unwind-tables
PKG	 = ncursesw libbsd-overlay libutf8proc libsodium
# What names look like: chat-server alone.
SERVER_PKG = icu-i18n icu-uc

VERSION	 = 0.1
LOCALEDIR = $(PREFIX)/share/locale
MANDIR	 = $(PREFIX)/share/man
EXAMPLES = $(PREFIX)/share/doc/chat-tui/examples
UNITDIR	?= $(PREFIX)/lib/systemd/system
BASHDIR	 = $(PREFIX)/share/bash-completion/completions
ZSHDIR	 = $(PREFIX)/share/zsh/site-functions
FISHDIR	 = $(PREFIX)/share/fish/vendor_completions.d

WARN	 = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla
HARDEN	?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now
# A program has those functions that it calls, not all of their files.
SLIM_LD	?= -Wl,--gc-sections
# Which functions of the server lie side by side; of GNU's ld, or LLVM's.
OFTEN_LD ?= -Wl,-T,server/often.ld
ALL_CFLAGS = -std=c11 $(WARN) $(HARDEN) -ffunction-sections $(CFLAGS) \
	   $(EXTRA_CFLAGS)
CPPFLAGS += -I. -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
	   -DLOCALEDIR='"$(LOCALEDIR)"' $(shell pkg-config --cflags $(PKG) $(SERVER_PKG))
LIBS	 = -Wl,--as-needed $(shell pkg-config --libs $(PKG))
SERVER_LIBS = $(shell pkg-config --libs $(SERVER_PKG))
TEST_LIBS = $(SERVER_LIBS) $(shell pkg-config --libs cmocka vterm) -lutil -lm
SHOT_PKG = pangocairo vterm

# What speaks to etcd, of several servers with one room: where its libraries
# are, in a program of its own, which alone is linked with them.
ENGINE_PKG = libcurl jansson
ENGINE_SRC = $(if $(shell pkg-config --exists $(ENGINE_PKG) && echo yes), \
	   server/chat-engine.c $(wildcard server/engine/*.c))
ENGINE	 = $(if $(ENGINE_SRC),$(BIN)/chat-engine)

MAINS	 = server/chat-server.c server/chat-ctl.c tui/chat-tui.c
SRC	 = $(filter-out $(MAINS) server/chat-engine.c server/engine/%, \
	   $(wildcard common/*.c server/*.c server/*/*.c tui/*.c tui/*/*.c))
OBJ	 = $(SRC:%.c=$(B)/%.o)
NAMES	 = chat-server chat-ctl chat-tui
PROGRAMS = $(NAMES:%=$(BIN)/%) $(ENGINE)
UNKIND_PROGRAMS = $(NAMES:%=$(B)/unkind/%) $(B)/unkind/locale
UNITS	 = $(patsubst tests/%.c,$(B)/tests/%,$(filter-out \
	   $(if $(ENGINE),,tests/unit_etcd_json.c tests/unit_etcd_clock.c),$(wildcard tests/unit_*.c)))
# A test whose source has gone elsewhere is none any more.
GONE	 = $(filter-out %.o %.d $(UNITS),$(wildcard $(B)/tests/unit_*))
# Those that take longest begin first, in that order; screen_random does for the
# sanitizers, which give it a minute.
LONG	 = screen_random net_faults net_rooms net_cutoff \
	   net_plain_long net_plain_waits net_etcd net_restore \
	   net_cluster_lost net_hosts net_cluster net_plain_ends \
	   screen_waits net_address net_strain screen_devices screen_pins \
	   screen_rooms net_cluster_gone screen_chat net_secure screen_golden \
	   screen_words screen_input net_trust net_cluster_engine screen_host \
	   screen_receiver net_cluster_begin
first	 = $(foreach name,$(LONG),$(filter %/$(name),$(1))) \
	   $(filter-out $(LONG:%=$(B)/tests/%),$(1))
NET	 = $(call first,$(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/net_*.c)))
SCREEN	 = $(call first,$(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/screen_*.c)))
SYSTEM	 = $(call first,$(NET) $(SCREEN))
BENCH_ALL = $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
# What benches and a test run, no bench itself.
LOAD	 = $(B)/bench/load
# Takes longer than all others.
GROWTH	 = $(B)/bench/bench_growth
# Takes as long as it is told to, and is no test of check.
CHAOS	 = $(B)/tests/chaos
BENCHES	 = $(filter-out $(LOAD) $(GROWTH),$(BENCH_ALL))
# What the tests share, never a test itself.
HARNESS	 = $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/with_*.c))
DISK	 = $(B)/tests/with_disk.o
# Each target twice: for libFuzzer, and to replay its corpus anywhere.
FUZZ_SRC = $(wildcard tests/fuzz/fuzz_*.c)
TARGETS	?= $(FUZZ_SRC:tests/fuzz/fuzz_%.c=%)
FUZZ	 = $(TARGETS:%=$(B)/fuzz/fuzz_%)
CORPUS	 = $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(B)/tests/corpus_%)
FUZZ_OBJ = $(patsubst %.c,$(B)/%.o,$(filter-out $(FUZZ_SRC) \
	   tests/fuzz/replay.c tests/fuzz/seeds.c,$(wildcard tests/fuzz/*.c))) $(DISK)
# The simulated network, and how many seeds it is put through.
SIM	 = $(B)/tests/sim
SIM_ENGINE = $(B)/tests/sim_engine
# And on that of the server itself, by messages that get lost.
SIM_CLUSTER = $(B)/tests/sim_cluster
# What all rooms of several servers share, on the same.
SIM_HOUSE = $(B)/tests/sim_house
SIM_UNKIND = $(B)/tests/sim_unkind
SEEDS	?= 5000
MO	 = $(patsubst common/%.po,$(B)/locale/%/LC_MESSAGES/chat-tui.mo,$(wildcard common/*.po))

all: $(PROGRAMS) $(MO)

$(BIN)/chat-server: $(B)/server/chat-server.o $(B)/libchat.a server/often.ld
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(SLIM_LD) $(OFTEN_LD) $(LDFLAGS) -o $@ $(filter-out %.ld,$^) $(LIBS) $(SERVER_LIBS)
$(BIN)/chat-ctl: $(B)/server/chat-ctl.o $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(SLIM_LD) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BIN)/chat-tui: $(B)/tui/chat-tui.o $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(SLIM_LD) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BIN)/chat-engine: $(ENGINE_SRC:%.c=$(B)/%.o) $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(SLIM_LD) $(LDFLAGS) -o $@ $^ $(LIBS) \
	    $(shell pkg-config --libs $(ENGINE_PKG))
$(ENGINE_SRC:%.c=$(B)/%.o): CPPFLAGS += \
    $(shell pkg-config --cflags $(ENGINE_PKG))

$(B)/libchat.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $(OBJ)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/unit_%: $(B)/tests/unit_%.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/unit_rogue $(B)/tests/unit_link_enter \
$(B)/tests/unit_link_marks $(B)/tests/unit_link_talk \
$(B)/tests/unit_link_heir $(B)/tests/unit_link_go: %: %.o \
    $(B)/tests/with_rogue.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
# Those that have a whole room with people in it.
DENS	 = peers acts hub_nodes hub_talks_news hub_where keeper key_names \
	   operator_acts operator_log operator_nodes operator_rooms \
	   operator_stats places stages whom
$(DENS:%=$(B)/tests/unit_%): %: %.o \
    $(B)/tests/with_members.o $(B)/tests/with_guest.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
# In several rooms.
$(B)/tests/unit_enter $(B)/tests/unit_called $(B)/tests/unit_listed \
$(B)/tests/unit_devices $(B)/tests/unit_peers_marks $(B)/tests/unit_peers_nodes \
$(B)/tests/unit_peers_talk $(B)/tests/unit_hub_talks $(B)/tests/unit_hub_learn \
$(B)/tests/unit_talks_random \
$(B)/tests/unit_peers_rekey $(B)/tests/unit_operator_people: %: %.o \
    $(B)/tests/with_ears.o $(B)/tests/with_members.o \
    $(B)/tests/with_guest.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/unit_same $(B)/tests/unit_old: %: %.o $(B)/tests/with_sent.o \
    $(B)/tests/with_members.o $(B)/tests/with_guest.o \
    $(B)/tests/with_rogue.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/net_%: $(B)/tests/net_%.o $(HARNESS) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/screen_%: $(B)/tests/screen_%.o $(HARNESS) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

$(CHAOS): $(B)/tests/chaos.o $(HARNESS) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

# Loaded before the C library into a program under test; never with a
# sanitizer, which has the allocator's place.
$(B)/tests/fault.so: tests/fault.c tests/fault.h
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) $(CPPFLAGS) -O2 -g -fPIC -shared -o $@ $< -ldl
$(B)/tests/net_faults $(B)/tests/net_strain $(B)/tests/net_cluster_begin \
    $(B)/tests/screen_faults \
    $(B)/tests/shot: \
    | $(B)/tests/fault.so
$(B)/tests/net_load: | $(LOAD)

$(SIM): $(B)/tests/sim.o $(B)/tests/with_world.o $(B)/tests/with_disk.o \
    $(B)/tests/with_hostile.o $(B)/tests/with_guest.o \
    $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(SERVER_LIBS) -lm

# The same with several servers on one log, which is not the journal.
$(SIM_ENGINE): $(B)/tests/sim_engine.o $(B)/tests/engine.o \
    $(B)/tests/engine_gate.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(SERVER_LIBS)

$(SIM_CLUSTER): $(B)/tests/sim_engine.o $(B)/tests/engine_shared.o \
    $(B)/tests/engine_gate.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(SERVER_LIBS)

$(SIM_HOUSE): $(B)/tests/sim_house.o $(B)/tests/engine_shared.o \
    $(B)/tests/engine_gate.o $(DISK) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(SERVER_LIBS)

# The same world, and the server, on a log that is as unkind as a replicated one.
UNKIND	 = $(B)/tests/unkind.o $(B)/tests/embedded.o
$(SIM_UNKIND): $(B)/tests/sim.o $(B)/tests/with_world.o $(B)/tests/with_disk.o \
    $(B)/tests/with_hostile.o $(B)/tests/with_guest.o $(UNKIND) \
    $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(SERVER_LIBS) -lm
$(B)/unkind/chat-server: $(B)/server/chat-server.o $(UNKIND) $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(SLIM_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(SERVER_LIBS)
# No symbolic links: the client starts the server that is beside it.
$(B)/unkind/chat-tui $(B)/unkind/chat-ctl: $(B)/unkind/%: $(BIN)/%
	@mkdir -p $(@D)
	cp $< $@
$(B)/unkind/locale: $(MO)
	@mkdir -p $(@D)
	ln -sfn ../locale $@

$(B)/tests/unit_etcd_json $(B)/tests/unit_etcd_clock: $(B)/tests/unit_%: \
    $(B)/tests/unit_%.o $(B)/server/engine/%.o $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) \
	    $(TEST_LIBS) $(shell pkg-config --libs $(ENGINE_PKG))
$(B)/tests/unit_etcd_clock: $(B)/server/engine/etcd_call.o
$(B)/tests/unit_founding: $(B)/tests/unit_founding.o \
    $(B)/tests/engine_shared.o $(B)/tests/engine_gate.o $(DISK) \
    $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/unit_shared: $(B)/tests/unit_shared.o $(B)/tests/engine.o \
    $(B)/tests/engine_gate.o $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

# How the administrator is called in each language, which nobody may be.
$(B)/server/room/naming_words.h: $(wildcard common/*.po)
	@mkdir -p $(@D)
	sed -n '/^msgid "Admin"$$/{n;s/^msgstr \("..*"\)$$/\1,/p;}' $^ > $@
$(B)/server/room/naming.o: $(B)/server/room/naming_words.h
$(B)/server/room/naming.o: CPPFLAGS += -I$(B)

$(B)/locale/%/LC_MESSAGES/chat-tui.mo: common/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

$(B)/tests/shot: $(B)/tests/shot.o $(B)/tests/picture.o \
    $(B)/tests/picture_lines.o $(HARNESS) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ \
	    $(shell pkg-config --libs $(SHOT_PKG)) $(LIBS) $(TEST_LIBS)
$(B)/tests/picture.o $(B)/tests/picture_lines.o $(B)/tests/shot.o: \
    CPPFLAGS += $(shell pkg-config --cflags $(SHOT_PKG))

$(B)/bench/%: $(B)/tests/bench/%.o $(HARNESS) $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(FUZZ_OBJ) $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS) $(SERVER_LIBS)
$(B)/tests/corpus_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o \
    $(FUZZ_OBJ) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) \
	    $(SERVER_LIBS)

# Writes those seeds of the fuzzing targets that are not text.
$(B)/seeds: $(B)/tests/fuzz/seeds.o $(FUZZ_OBJ) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) \
	    $(SERVER_LIBS)

# Everything that compiles without the picture libraries, for lint.
everything: all $(UNITS) $(CORPUS) $(B)/seeds $(SYSTEM) $(SIM) $(SIM_ENGINE) \
    $(SIM_CLUSTER) $(SIM_HOUSE) $(SIM_UNKIND) $(UNKIND_PROGRAMS) $(BENCHES) $(LOAD) $(GROWTH) \
    $(CHAOS)
	@rm -f $(GONE)

# What a compiler warns of in all of that, and nothing built.
SYNTAX	 = $(MAINS) $(SRC) $(ENGINE_SRC) $(filter-out tests/picture% tests/shot.c \
	   $(if $(ENGINE),,tests/unit_etcd_json.c tests/unit_etcd_clock.c), \
	   $(wildcard tests/*.c tests/bench/*.c tests/fuzz/*.c))
syntax: $(B)/server/room/naming_words.h
	printf '%s\n' $(SYNTAX) | xargs -n 20 -P $(shell getconf _NPROCESSORS_ONLN) \
	    $(CC) $(CPPFLAGS) -I$(B) $(ALL_CFLAGS) -fsyntax-only

# Hosts a room here and opens the client on its name prompt.
run: all
	./chat-tui -H

check: all $(UNITS) $(CORPUS) $(SYSTEM) $(SIM) $(SIM_ENGINE) $(SIM_CLUSTER) \
    $(SIM_HOUSE)
	CHAT_BIN=$(BIN) tests/run $(SIM) $(SIM_ENGINE) $(SIM_CLUSTER) \
	    $(SYSTEM) $(UNITS) $(CORPUS)

# All that speaks to a real server over the network, with one on the unkind log;
# its moods are those of another seed with CHAT_UNKIND=N.
unkind: $(UNKIND_PROGRAMS) $(NET) $(SIM_UNKIND)
	CHAT_BIN=$(B)/unkind CHAT_FAULTS=few tests/run $(NET) $(SIM_UNKIND)
# That, and the screens.
check-unkind: unkind $(SCREEN)
	CHAT_BIN=$(B)/unkind tests/run $(SCREEN)

# make sim SEEDS=N: many seeds; make sim SEED=N: one, with a trace.
sim: $(SIM)
	$(SIM) $(if $(SEED),-t 1 $(SEED),$(SEEDS))

# A make in a make builds by all processors, unless somebody said by how many.
BY_ALL	 = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))

ASAN = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
       -fno-omit-frame-pointer
# A minute of random keys, pastes and sizes, where they find most; more of it
# computes than waits.
asan:
	JOBS=$${JOBS-$$(($(shell getconf _NPROCESSORS_ONLN) * 3))} \
	    CHAT_SECONDS=60 ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 \
	    $(MAKE) $(BY_ALL) B=build/asan BIN=build/asan CFLAGS='$(ASAN)' HARDEN= \
	    HARDEN_LD= check

# Without fortify, whose memmove valgrind takes for memcpy. It does not stop on
# SIGTSTP either: CHAT_UNSTOPPABLE tells the one test that needs it.
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full \
	   --trace-children=yes --trace-children-skip=/bin/*,/usr/bin/*
valgrind:
	WRAP="$(VALGRIND)" CHAT_UNSTOPPABLE=1 $(MAKE) B=build/valgrind \
	    BIN=build/valgrind CFLAGS='-O1 -g' HARDEN= HARDEN_LD= check

# clang's libFuzzer: every target, or TARGETS="hub link", for SECONDS each, JOBS
# of them at a time.
SECONDS	?= 20
JOBS	?= $(shell getconf _NPROCESSORS_ONLN)
fuzz:
	$(MAKE) B=build/fuzz CC=clang HARDEN= HARDEN_LD= CFLAGS='-O1 -g \
	    -fsanitize=address,undefined,fuzzer-no-link \
	    -fno-sanitize-recover=all' run-fuzz
run-fuzz: $(FUZZ)
	SECONDS=$(SECONDS) JOBS=$(JOBS) tests/fuzz/run $(FUZZ)

lint:
	.ci/lint

bench: all $(BENCHES) $(LOAD)
	for bench in $(BENCHES); do CHAT_BIN=$(BIN) $$bench || exit 1; done

# One room on three servers while the network parts them, and then while one
# after the other dies: KILLS in all, or rather for SECONDS=N.
KILLS	?= $(if $(filter command%,$(origin SECONDS)),,100)
chaos: all $(CHAOS) $(B)/tests/net_cutoff
	CUT_MS=8000 CHAT_BIN=$(BIN) $(B)/tests/net_cutoff
	KILLS=$(KILLS) SECONDS=$(SECONDS) SEED=$(SEED) CHAT_BIN=$(BIN) $(CHAOS)

# How costs grow with members, entries, messages and authors.
growth: all $(GROWTH) $(LOAD)
	CHAT_BIN=$(BIN) $(GROWTH)

screenshots: all $(B)/tests/shot
	CHAT_BIN=$(BIN) $(B)/tests/shot screenshots

# What the other goals on the command line need, and nothing more.
DEPS	 = build cluster \
	   $(if $(filter check unkind asan valgrind,$(MAKECMDGOALS)),check etcd) \
	   $(if $(filter valgrind lint fuzz,$(MAKECMDGOALS)),check lint) \
	   $(if $(filter bench,$(MAKECMDGOALS)),check bench) \
	   $(if $(filter screenshots,$(MAKECMDGOALS)),pictures) \
	   $(if $(filter deb packages,$(MAKECMDGOALS)),packages)
deps:
	@.ci/deps $(DEPS)
# "make -j deps check" must not start before its packages are there.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(MANDIR)/man1 \
	    $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(MANDIR)/man8 \
	    $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR) \
	    $(DESTDIR)$(UNITDIR)
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 tui/chat-tui.1 $(DESTDIR)$(MANDIR)/man1
	install -d $(DESTDIR)$(EXAMPLES)
	install -m 644 tui/config.example $(DESTDIR)$(EXAMPLES)
	install -m 644 server/chat-server.8 server/chat-ctl.8 \
	    $(DESTDIR)$(MANDIR)/man8
	install -m 644 common/chat-protocol.7 server/chat-cluster.7 \
	    $(DESTDIR)$(MANDIR)/man7
	for name in $(NAMES); do \
		install -m 644 common/completion/chat.bash \
		    $(DESTDIR)$(BASHDIR)/$$name && \
		install -m 644 common/completion/$$name.fish \
		    $(DESTDIR)$(FISHDIR) || exit 1; \
	done
	install -m 644 common/completion/_chat $(DESTDIR)$(ZSHDIR)
	sed 's,/usr/local/bin/,$(PREFIX)/bin/,' server/chat-server.service \
	    >$(DESTDIR)$(UNITDIR)/chat-server.service
	for mo in $(MO:$(B)/locale/%=%); do \
		install -d $(DESTDIR)$(LOCALEDIR)/$${mo%/*} && \
		install -m 644 $(B)/locale/$$mo $(DESTDIR)$(LOCALEDIR)/$$mo || \
		exit 1; \
	done
uninstall:
	rm -f $(DESTDIR)$(EXAMPLES)/config.example \
	    $(NAMES:%=$(DESTDIR)$(PREFIX)/bin/%) \
	    $(DESTDIR)$(PREFIX)/bin/chat-engine \
	    $(NAMES:%=$(DESTDIR)$(BASHDIR)/%) \
	    $(NAMES:%=$(DESTDIR)$(FISHDIR)/%.fish) \
	    $(DESTDIR)$(ZSHDIR)/_chat \
	    $(DESTDIR)$(UNITDIR)/chat-server.service \
	    $(DESTDIR)$(MANDIR)/man1/chat-tui.1 \
	    $(DESTDIR)$(MANDIR)/man7/chat-protocol.7 \
	    $(DESTDIR)$(MANDIR)/man7/chat-cluster.7 \
	    $(DESTDIR)$(MANDIR)/man8/chat-server.8 \
	    $(DESTDIR)$(MANDIR)/man8/chat-ctl.8 \
	    $(MO:$(B)/locale/%=$(DESTDIR)$(LOCALEDIR)/%)

# What was committed, in a tarball that builds without git.
DIST	 = chat-$(VERSION)
dist:
	@mkdir -p $(B)
	git archive --format=tar.gz --prefix=$(DIST)/ -o $(B)/$(DIST).tar.gz HEAD

# Debian's packages, made of that by Debian's own tools.
deb: dist
	rm -rf $(B)/deb && mkdir $(B)/deb
	cp $(B)/$(DIST).tar.gz $(B)/deb/chat_$(VERSION).orig.tar.gz
	tar -xzf $(B)/$(DIST).tar.gz -C $(B)/deb
	cp -R $(B)/deb/$(DIST)/server/debian $(B)/deb/$(DIST)/debian
	cd $(B)/deb/$(DIST) && dpkg-buildpackage -us -uc

# Whether what is handed out can be built, installed, upgraded and removed.
packages: all
	CHAT_BIN=$(BIN) tests/run tests/packages

clean:
	rm -rf build chat-tui chat-server chat-ctl chat-engine

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: all everything run check unkind check-unkind asan valgrind fuzz run-fuzz \
	lint bench chaos growth screenshots \
	deps install uninstall clean dist deb packages
.SECONDARY:
