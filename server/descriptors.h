/* File descriptors: how many connections the system lets this process hold. */
#ifndef SERVER_DESCRIPTORS_H
#define SERVER_DESCRIPTORS_H

/* As many of the wanted connections as there are descriptors for, beside those of the program
 * itself; the soft limit of the process (RLIMIT_NOFILE) is raised to its hard one for that. 0: none
 * at all. libmicrohttpd would otherwise accept without end what cannot be accepted. */
unsigned descriptors_for(unsigned wanted);

#endif
