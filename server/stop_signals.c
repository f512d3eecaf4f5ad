#include "server/stop_signals.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static volatile sig_atomic_t status_at_signal;
static const char *volatile message_at_signal;

static void exit_now(int number)
{
    (void)number;
    (void)!write(STDERR_FILENO, message_at_signal, strlen(message_at_signal));
    _exit(status_at_signal);
}

static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static sigset_t stop_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT); /* a shell's background job has it ignored, and SIGQUIT */
    sigaddset(&set, SIGQUIT);
    if (!is_ignored(SIGHUP))
        sigaddset(&set, SIGHUP);
    return set;
}

void stop_signals_exit(int status, const char *message)
{
    sigset_t set = stop_signals();
    struct sigaction action = {.sa_handler = exit_now};

    status_at_signal = status;
    message_at_signal = message;
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&set, number) == 1)
            sigaction(number, &action, NULL);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int stop_signals_open(void)
{
    sigset_t set = stop_signals();

    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void stop_signals_take(int fd)
{
    struct signalfd_siginfo taken;

    (void)!read(fd, &taken, sizeof taken);
}
