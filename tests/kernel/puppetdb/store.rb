# SPDX-License-Identifier: Apache-2.0
# What a Puppet server does with a node that asks for its catalog, and with the report of its run: reads
# a JSON line {"name", "file", "facts"} for each node, stores its facts, compiles its catalog with what
# other nodes exported, stores that and a report, and writes the catalog as it was compiled.
require 'json'
require 'puppet'

folder, modules = ARGV
settings = %w[vardir confdir logdir rundir].flat_map { |name| ["--#{name}", "#{folder}/#{name}"] }
settings += ['--ssldir', "#{folder}/confdir/ssl", '--certname', 'client']
settings += ['--modulepath', modules, '--certificate_revocation', 'false']
Puppet.initialize_settings(settings)
# Each of these names terminuses of PuppetDB, so they come after all that Puppet sets itself.
Puppet[:storeconfigs] = true
Puppet[:storeconfigs_backend] = 'puppetdb'
Puppet::Util::Log.level = :warning
Puppet::Util::Log.newdestination(:console)
Puppet::Node::Facts.indirection.terminus_class = :puppetdb
Puppet::Resource::Catalog.indirection.terminus_class = :puppetdb
Puppet::Resource::Catalog.indirection.cache_class = nil
Puppet::Reports.report(:puppetdb)

$stdin.each_line do |line|
  asked = JSON.parse(line)
  environment = Puppet::Node::Environment.create(:production, modules.split(':'), asked['file'])
  loaders = Puppet::Pops::Loaders.new(environment)
  Puppet.override(current_environment: environment, loaders: loaders) do
    facts = Puppet::Node::Facts.new(asked['name'], asked['facts'])
    Puppet::Node::Facts.indirection.save(facts, asked['name'], environment: environment)
    node = Puppet::Node.new(asked['name'], environment: environment, facts: facts)
    node.merge({})
    catalog = Puppet::Parser::Compiler.compile(node)
    Puppet::Resource::Catalog.indirection.save(catalog, asked['name'])
    report = Puppet::Transaction::Report.new(catalog.version, 'production')
    report.instance_variable_set(:@host, asked['name'])
    report.transaction_completed = true
    report.finalize_report
    report.extend(Puppet::Reports.report(:puppetdb))
    report.process
    $stdout.puts(JSON.generate(catalog.to_data_hash))
    $stdout.flush
  end
end
