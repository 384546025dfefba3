# Workers reach the two stores, Warden and the journal.
variable "worker_subnet" { default = "10.20.0.0/24" }
