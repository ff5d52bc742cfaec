/*
 * shot DIRECTORY: the pictures of the README, from real programs. A server
 * and four clients at test terminals follow the script below; every line is
 * typed, goes through the server, and is waited for on somebody's screen;
 * the pictures are of alice's. CHAT_BIN says where the programs are; unset:
 * here.
 */
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/picture.h"
#include "tests/with_fault.h"
#include "tests/with_server.h"
#include "tests/with_term.h"
#include "tests/with_term_wait.h"

enum who { ALICE, BOB, CAROL, MING, DAVE, ERIN, FAYE, GUS, PEOPLE };
enum { SHOTS = 3 };	/* kept at once */

/* Dave sits at a light screen, Erin at one of eight colours, Faye in a train. */
static const struct {
	const char	*name;
	const char	*option, *value;
	const char	*env[3];
} people[PEOPLE] = {
	{ .name = "alice" }, { .name = "bob" }, { .name = "carol" },
	{ .name = "小明" },
	{ .name = "dave", .option = "--theme", .value = "light" },
	{ .name = "erin", .env = { "TERM=xterm" } },
	{ .name = "faye", .option = "--loss", .value = "30" },
	{ .name = "gus" },
};

enum verb {
	VISIT,		/* opens a terminal of that size on the name prompt */
	JOIN,		/* the same, straight into the room */
	PRESS,		/* keys by name */
	TYPE,		/* text, without Enter */
	SAY,		/* text and Enter; somebody else sees it begin */
	SEE,		/* waits for the text */
	SIZE,		/* the window gets that size */
	LATER,		/* so many minutes go by: rows */
	AWAY, BACK,	/* the server is stopped, and goes on */
	GONE,		/* waits until the text is not to be seen */
	SHOT,		/* keeps a picture for PICTURE, above it */
	PICTURE,	/* writes the file */
	ON_LIGHT	/* the same, of a light terminal */
};

struct step {
	enum verb	 verb;
	enum who	 who;
	const char	*text;
	int		 rows, cols;
};

#define MINUTES(n)			{ LATER, ALICE, NULL, n, 0 }
#define WINDOW(verb, who, rows, cols)	{ verb, who, NULL, rows, cols }
#define DO(verb, who, text)		{ verb, who, text, 0, 0 }

static const struct step script[] = {
	WINDOW(VISIT, ALICE, 24, 80),
	DO(SEE, ALICE, "name ›"),
	DO(PRESS, ALICE, "C-u"),
	DO(TYPE, ALICE, "alice"),
	DO(SEE, ALICE, "name › alice"),
	DO(PICTURE, ALICE, "name-prompt.png"),
	DO(PRESS, ALICE, "Enter"),
	DO(SEE, ALICE, "alice ›"),

	WINDOW(JOIN, BOB, 24, 80),
	WINDOW(JOIN, MING, 24, 80),
	WINDOW(JOIN, CAROL, 24, 80),
	DO(SAY, BOB, "the box for the room stands in the lab, no wires yet"),
	DO(SAY, CAROL, "tomorrow then 🌙"),
	MINUTES(15 * 60 + 4),
	DO(SAY, ALICE, "good morning 🌞"),
	DO(SAY, MING, "早上好！我十分钟后到"),
	DO(SAY, CAROL, "no rush, the coffee is still too hot"),
	DO(SAY, BOB, "morning all — the new server is up on the lab box"),
	DO(SAY, MING, "你好！今天的会议改到下午三点，请大家准时参加。"
	    "地点还是三楼的小会议室，记得带上昨天的测试报告。"),
	DO(SAY, CAROL, "thanks 🎉 see you there"),
	DO(SAY, ALICE, "@小明 收到，我会把丢包测试的结果一起带过去"),
	DO(SAY, ALICE, "all on one page: loss, round trip, messages sent, "
	    "messages received, messages out of order"),
	DO(SAY, CAROL, "nice! where does the retransmission timer live now? "
	    "I remember it fired early whenever the round trip time jumped"),
	DO(SAY, BOB, "in the receiver process, see "
	    "https://example.org/chat/docs/protocol#timers"),
	/* Alice's window loses the focus, and gets it again. */
	DO(TYPE, ALICE, "\033[O"),
	DO(SAY, MING, "太好了 👍 那我们三点见 ☕"),
	DO(SAY, CAROL, "こんにちは、안녕하세요 — wide text lines up"),
	DO(SAY, BOB, "@alice can you paste the exact command line?"),
	DO(SAY, MING, "不着急，慢慢来 🙂"),
	DO(SEE, ALICE, "4 new"),
	DO(TYPE, ALICE, "\033[I"),
	DO(TYPE, ALICE, "命令是 ./chat-tui -n alice 127.0.0.1 🚀"),
	DO(SEE, ALICE, "127.0.0.1 🚀"),
	DO(PICTURE, ALICE, "talk.png"),
	DO(PRESS, ALICE, "Enter"),

	DO(SAY, BOB, "pulled, building now"),
	DO(SAY, MING, "我这里编译通过了 ✅ 没有警告"),
	DO(SAY, CAROL, "the tests took four seconds here"),
	DO(SAY, BOB, "four and a half on the old laptop"),
	DO(SAY, CAROL, "who grew the fuzzer corpus? it is 80 MB and the disk "
	    "of the build box is nearly full"),
	DO(SAY, MING, "是我，昨天晚上忘了合并，马上清理，抱歉 🙏"),
	DO(SAY, CAROL, "no hurry, lunch first 🍜"),
	DO(SAY, ALICE, "same place as yesterday?"),
	DO(SAY, MING, "好，十二点楼下见"),
	DO(SAY, BOB, "I am in"),
	DO(SAY, ALICE, "back. the dumplings were worth the queue 🥟"),
	DO(SAY, CAROL, "agreed"),
	DO(SAY, MING, "下次我请大家吃火锅 🍲"),
	DO(SAY, BOB, "deal"),
	DO(SAY, ALICE, "next is the list of what to try by hand, from lost "
	    "packets to closed lids and changed networks"),
	DO(SAY, BOB, "who writes it?"),
	DO(SAY, ALICE, "me, tonight"),
	DO(SAY, MING, "我来补充手机热点和切换网络的部分，周五之前给大家。"),
	DO(SAY, CAROL, "what does the title say while the server is away?"),
	DO(SAY, ALICE, "reconnecting, and for how many seconds; then the dot "
	    "is green again"),
	DO(SAY, BOB, "put the wide text first in the release notes, people "
	    "asked for it"),
	DO(SAY, MING, "对，尤其是表情和中文混排的对齐"),
	DO(SAY, CAROL, "日本語もきれいです, 한국어도 잘 나와요"),
	DO(SAY, BOB, "and the narrow layout"),
	DO(SAY, ALICE, "the draft is ready by four o'clock"),
	DO(SAY, CAROL, "who tags it?"),
	DO(SAY, ALICE, "me, in ten minutes, unless somebody shouts"),
	DO(SAY, BOB, "ship it 🚢"),
	WINDOW(SIZE, ALICE, 36, 120),
	DO(PRESS, ALICE, "M-PgUp M-PgUp"),
	DO(SEE, ALICE, "newer"),
	DO(SAY, CAROL, "and the meeting room?"),
	DO(SAY, MING, "投影仪修好了，三点准时开始"),
	DO(SAY, BOB, "@alice the build is green again, have a look"),
	DO(PICTURE, ALICE, "scrolled.png"),

	DO(PRESS, ALICE, "End"),
	WINDOW(SIZE, ALICE, 20, 36),
	DO(SAY, ALICE, "tagged! thank you all"),
	DO(SAY, CAROL, "fits on a phone, too 📱"),
	DO(SAY, MING, "手机上也能用，太方便了！晚上回家的路上接着聊。"),
	DO(SAY, ALICE, "see you tonight 👋"),
	DO(SAY, BOB, "bye!"),
	DO(PICTURE, ALICE, "narrow.png"),

	WINDOW(SIZE, ALICE, 24, 80),
	DO(PRESS, ALICE, "C-r"),
	DO(TYPE, ALICE, "build"),
	DO(PRESS, ALICE, "C-r C-r"),
	DO(SEE, ALICE, "newer below"),
	DO(PICTURE, ALICE, "search.png"),
	DO(PRESS, ALICE, "Esc"),
	DO(SEE, ALICE, "alice ›"),

	WINDOW(SIZE, ALICE, 40, 90),
	DO(PRESS, ALICE, "F1 PgDn"),
	DO(SEE, ALICE, "complete a name"),
	DO(PICTURE, ALICE, "help.png"),
	DO(PRESS, ALICE, "Esc"),

	WINDOW(JOIN, DAVE, 24, 80),
	WINDOW(JOIN, ERIN, 24, 80),
	WINDOW(SIZE, ALICE, 24, 110),
	DO(SEE, ALICE, "online 6"),
	DO(SAY, DAVE, "evening all, dark or light, it is the same room 🌗"),
	DO(SAY, ERIN, "eight colours are enough for me, see "
	    "https://no-color.org"),
	DO(SAY, MING, "我在地铁上，信号断断续续，可是一句也没丢 🚇"),
	DO(SAY, ALICE, "@dave @erin welcome!"),
	DO(PICTURE, ALICE, "members.png"),
	DO(SEE, DAVE, "welcome!"),
	DO(ON_LIGHT, DAVE, "light.png"),
	DO(SEE, ERIN, "welcome!"),
	DO(PICTURE, ERIN, "colours-8.png"),

	/* Two more rooms, where something goes on. */
	WINDOW(SIZE, ALICE, 16, 80),
	DO(TYPE, BOB, "/join ops\r"),
	DO(SEE, BOB, "ops ›"),
	DO(TYPE, CAROL, "/join ops\r"),
	DO(SEE, CAROL, "ops ›"),
	DO(TYPE, MING, "/join class\r"),
	DO(SEE, MING, "class ›"),
	DO(TYPE, ALICE, "/join class\r"),
	DO(SEE, ALICE, "class ›"),
	DO(TYPE, ALICE, "/join ops\r"),
	DO(SEE, ALICE, "ops ›"),
	DO(SAY, BOB, "the new disk is in rack 2 since this morning"),
	DO(SAY, ALICE, "thank you! does it mirror already?"),
	DO(TYPE, ALICE, "\0331"),
	DO(SEE, ALICE, "chat ›"),
	DO(TYPE, ALICE, "/go ops\r"),
	DO(SEE, ALICE, "ops ›"),
	DO(SAY, BOB, "since noon; it is at 64 % and does not hurry"),
	DO(SAY, CAROL, "机房里终于安静了 🔇"),
	DO(TYPE, MING, "@alice 下周的课改到周三，可以吗？\r"),
	DO(SEE, ALICE, "class!1"),
	DO(TYPE, DAVE, "who has the key of the lab?\r"),
	DO(SEE, ALICE, "chat:1"),
	DO(TYPE, ALICE, "then the backup runs 🌙"),
	DO(SEE, ALICE, "backup runs"),
	DO(PICTURE, ALICE, "rooms.png"),
	WINDOW(SIZE, ALICE, 14, 40),
	DO(SEE, ALICE, "M-a: class"),
	DO(PICTURE, ALICE, "rooms-narrow.png"),
	DO(PRESS, ALICE, "C-u"),
	DO(TYPE, ALICE, "/go chat\r"),
	DO(SEE, ALICE, "chat ›"),

	/* What is for one alone. */
	WINDOW(SIZE, ALICE, 16, 80),
	DO(TYPE, CAROL, "/msg alice\r"),
	DO(SEE, CAROL, "@alice ›"),
	DO(TYPE, CAROL, "where is the spare key of the lab?\r"),
	DO(SEE, ALICE, "@carol!1"),
	DO(TYPE, ALICE, "/go @carol\r"),
	DO(SEE, ALICE, "spare key of the lab"),
	DO(TYPE, ALICE, "/verify carol yes\r"),
	DO(SEE, ALICE, "@carol ✓"),
	MINUTES(1),
	DO(TYPE, ALICE, "in the safe, on the second shelf; the code is new\r"),
	DO(SEE, CAROL, "the code is new"),
	MINUTES(1),
	DO(TYPE, CAROL, "and what is it? 🔑\r"),
	DO(SEE, ALICE, "what is it?"),
	DO(TYPE, DAVE, "did anybody see the key of the lab?\r"),
	DO(SEE, ALICE, "chat:1"),
	DO(TYPE, ALICE, "4711, nobody else has it"),
	DO(SEE, ALICE, "4711, nobody"),
	DO(PICTURE, ALICE, "private.png"),
	DO(PRESS, ALICE, "C-u"),
	DO(TYPE, ALICE, "/go chat\r"),
	DO(SEE, ALICE, "chat ›"),

	/* In a tunnel, out of it, and what the others see. */
	WINDOW(JOIN, FAYE, 11, 76),
	WINDOW(JOIN, GUS, 11, 76),
	DO(SEE, FAYE, "You are faye"),
	DO(SEE, FAYE, "gus joined"),
	DO(SAY, FAYE, "on the train, three of ten datagrams get lost"),
	DO(SEE, GUS, "on the train"),
	DO(AWAY, FAYE, NULL),
	DO(TYPE, FAYE, "a tunnel: I type on\r"),
	DO(SEE, FAYE, "… a tunnel"),
	DO(TYPE, FAYE, "信号没了，先写着\r"),
	DO(SEE, FAYE, "… 信号"),
	DO(TYPE, FAYE, "and nothing of it is lost, doubled or out of order\r"),
	DO(SEE, FAYE, "… and nothing"),
	DO(SHOT, FAYE, NULL),
	DO(BACK, FAYE, NULL),
	DO(SEE, GUS, "out of order"),
	DO(GONE, FAYE, "faye …"),
	DO(SHOT, FAYE, NULL),
	DO(PICTURE, GUS, "loss.png")
};

struct stage {
	struct server	 server;
	struct term	*term[PEOPLE];
	struct fault	 clock;		/* of all of them */
	struct picture	*shots[SHOTS];
	int		 shots_n;
	const char	*directory;
};

/* The first line is said on the same evening, whenever this runs. */
#define EVENING_MS	INT64_C(1795111380000)	/* 2026-11-19 18:03 UTC */

static void
pass_seconds(struct stage *stage, int64_t seconds)
{
	atomic_fetch_add(&stage->clock.plan->wall_ms, seconds * 1000);
}

/* Ends the play if what was to be seen was not. */
static void
need(struct stage *stage, bool seen, const char *what)
{
	if (seen)
		return;
	term_free_all(NULL);
	server_stop(&stage->server, SIGTERM);
	errx(1, "not seen: %s", what);
}

static void
enter(struct stage *stage, const struct step *step)
{
	const char *bin = getenv("CHAT_BIN");
	char program[256], port[8];
	const char *const visit[] = { program, "-p", port, "127.0.0.1", NULL };
	const char *const join[] = { program, "-n", people[step->who].name,
	    "-p", port, "127.0.0.1", people[step->who].option,
	    people[step->who].value, NULL };
	const char *env[16] = { NULL };
	size_t i, k;

	snprintf(program, sizeof(program), "%s/chat-tui",
	    bin == NULL ? "." : bin);
	snprintf(port, sizeof(port), "%u", (unsigned)stage->server.port);
	for (i = 0; stage->clock.env[i] != NULL; i++)
		env[i] = stage->clock.env[i];
	for (k = 0; people[step->who].env[k] != NULL; k++)
		env[i++] = people[step->who].env[k];
	stage->term[step->who] = term_start(step->rows, step->cols, env,
	    step->verb == VISIT ? visit : join);
	/* One after the other, so that they come in the script's order. */
	if (step->verb == JOIN)
		need(stage, term_wait(stage->term[ALICE],
		    people[step->who].name), people[step->who].name);
}

/* The head of what was said: short enough not to be broken over two rows. */
static void
head(char *dst, size_t size, const char *text)
{
	size_t len;

	if ((len = strlcpy(dst, text, size)) < size)
		return;
	/* Not in the middle of a character. */
	for (len = size - 1; len > 0 && (text[len] & 0xc0) == 0x80; len--)
		continue;
	dst[len] = '\0';
}

static void
say(struct stage *stage, enum who who, const char *text)
{
	/* Not on the own screen: there it shows while it is typed. */
	enum who other = who == ALICE ? BOB : ALICE;
	char seen[16];

	head(seen, sizeof(seen), text);
	term_keys(stage->term[who], text);
	term_press(stage->term[who], "Enter");
	need(stage, term_wait(stage->term[other], seen), text);
	/* People take their time. */
	pass_seconds(stage, 25 + (int64_t)(strlen(text) * 7 % 80));
}

/* A frame of the new size: newer than the count in arg, input at the bottom. */
static bool
is_redrawn(struct term *t, void *arg)
{
	const unsigned long *frames = arg;

	return term_frames(t) > *frames && term_row_has(t, -1, "›");
}

static void
resize(struct stage *stage, struct term *t, int rows, int cols)
{
	unsigned long frames = term_frames(t);

	term_resize(t, rows, cols);
	need(stage, term_wait_for(t, is_redrawn, &frames, "the new size"),
	    "the new size");
}

static void
shot(struct stage *stage, struct term *t, enum picture_theme theme)
{
	need(stage, stage->shots_n < SHOTS, "room for another shot");
	stage->shots[stage->shots_n++] = picture_take(t, theme);
}

/* Of all shots since the last one. */
static void
picture(struct stage *stage, struct term *t, const char *name,
    enum picture_theme theme)
{
	char path[1024];

	need(stage, term_wait_gone(t, "pending"), name);
	shot(stage, t, theme);
	snprintf(path, sizeof(path), "%s/%s", stage->directory, name);
	need(stage, picture_write(stage->shots, stage->shots_n, path), path);
	printf("%s\n", path);
	while (stage->shots_n > 0)
		picture_free(stage->shots[--stage->shots_n]);
}

static void
play(struct stage *stage, const struct step *step)
{
	struct term *t = stage->term[step->who];

	switch (step->verb) {
	case VISIT:
	case JOIN:
		enter(stage, step);
		break;
	case PRESS:
		term_press(t, step->text);
		break;
	case TYPE:
		term_keys(t, step->text);
		break;
	case SAY:
		say(stage, step->who, step->text);
		break;
	case SEE:
		need(stage, term_wait(t, step->text), step->text);
		break;
	case SIZE:
		resize(stage, t, step->rows, step->cols);
		break;
	case LATER:
		pass_seconds(stage, 60 * step->rows);
		break;
	case AWAY:
		kill(stage->server.pid, SIGSTOP);
		break;
	case BACK:
		kill(stage->server.pid, SIGCONT);
		break;
	case GONE:
		need(stage, term_wait_gone(t, step->text), step->text);
		break;
	case SHOT:
		shot(stage, t, PICTURE_DARK);
		break;
	case PICTURE:
		picture(stage, t, step->text, PICTURE_DARK);
		break;
	case ON_LIGHT:
		picture(stage, t, step->text, PICTURE_LIGHT);
		break;
	}
}

int
main(int argc, char **argv)
{
	const char *const args[] = { "-b", "127.0.0.1", "--rate=0", "-r",
	    "chat", "-r", "ops", "-r", "class", NULL };
	struct stage stage = { .directory = "screenshots" };
	size_t i;

	if (argc == 2)
		stage.directory = argv[1];
	if (mkdir(stage.directory, 0777) == -1 && errno != EEXIST)
		err(1, "%s", stage.directory);
	fault_open(&stage.clock);
	pass_seconds(&stage, (EVENING_MS - clock_wall_ms()) / 1000);
	server_start(&stage.server, stage.clock.env, args);
	for (i = 0; i < sizeof(script) / sizeof(script[0]); i++)
		play(&stage, &script[i]);
	term_free_all(NULL);
	fault_close(&stage.clock);
	return server_stop(&stage.server, SIGTERM);
}
