# chat: make, make deps run, make deps check; see README.md.
PREFIX	?= /usr/local
B	?= build
BIN	?= .
CC	?= cc
CFLAGS	?= -O2 -g
PKG	 = ncursesw libbsd-overlay libutf8proc

VERSION	 = 0.1
LOCALEDIR = $(PREFIX)/share/locale
MANDIR	 = $(PREFIX)/share/man

WARN	 = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla
HARDEN	?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now
ALL_CFLAGS = -std=c11 $(WARN) $(HARDEN) $(CFLAGS) $(EXTRA_CFLAGS)
CPPFLAGS += -I. -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
	   -DLOCALEDIR='"$(LOCALEDIR)"' $(shell pkg-config --cflags $(PKG))
LIBS	 = $(shell pkg-config --libs $(PKG))
TEST_LIBS = $(shell pkg-config --libs cmocka vterm) -lutil
SHOT_PKG = pangocairo vterm

MAINS	 = server/chat-server.c tui/chat-tui.c
SRC	 = $(filter-out $(MAINS),$(wildcard common/*.c server/*.c tui/*.c))
OBJ	 = $(SRC:%.c=$(B)/%.o)
PROGRAMS = $(BIN)/chat-server $(BIN)/chat-tui
UNITS	 = $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit_*.c))
SYSTEM	 = $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/net_*.c tests/screen_*.c))
# What the tests share, never a test itself.
HARNESS	 = $(patsubst tests/%.c,$(B)/tests/%.o,$(wildcard tests/with_*.c))
MO	 = $(patsubst common/%.po,$(B)/locale/%/LC_MESSAGES/chat-tui.mo,$(wildcard common/*.po))

all: $(PROGRAMS) $(MO)

$(BIN)/chat-server: $(B)/server/chat-server.o $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BIN)/chat-tui: $(B)/tui/chat-tui.o $(B)/libchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libchat.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $(OBJ)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/unit_%: $(B)/tests/unit_%.o $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/net_%: $(B)/tests/net_%.o $(HARNESS) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)
$(B)/tests/screen_%: $(B)/tests/screen_%.o $(HARNESS) $(B)/libchat.a
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

$(B)/locale/%/LC_MESSAGES/chat-tui.mo: common/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: all
.SECONDARY:
