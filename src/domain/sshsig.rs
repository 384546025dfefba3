//! Signatures as `ssh-keygen -Y sign` makes them (SSHSIG), in the one form that an event may carry.
