"""What `benchmarks.site_load` needs: a large landscape, a refresh that writes into it, and readers of its pages."""
